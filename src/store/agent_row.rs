//! An agent's row, and the columns that say whether it is on.

use crate::model::{Actor, Agent, DeactivatedBy, DeactivationReason, Timestamp};
use crate::store::StoreResult;
use crate::store::columns::read_id;
use crate::store::schema::agents;
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// The state an operator wants agents in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    On,
    Off,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = agents)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
pub(crate) struct AgentRow {
    pub id: String,
    pub name: String,
    #[diesel(embed)]
    pub state: AgentState,
    created_at: NaiveDateTime,
}

/// Whether an agent is on, and if not, who turned it off and why: these columns change together.
#[derive(Clone, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = agents, treat_none_as_null = true)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
pub(crate) struct AgentState {
    active: bool,
    deactivated_by: Option<String>,
    deactivated_at: Option<NaiveDateTime>,
    deactivated_by_name: Option<String>,
    deactivated_reason: Option<String>,
}

impl AgentState {
    pub fn on() -> Self {
        Self {
            active: true,
            deactivated_by: None,
            deactivated_at: None,
            deactivated_by_name: None,
            deactivated_reason: None,
        }
    }

    pub fn off_by_billing(reason: DeactivationReason, now: Timestamp) -> Self {
        Self::off(DeactivatedBy::Billing, reason, now)
    }

    pub fn off_by(actor: &Actor, now: Timestamp) -> Self {
        let name = match actor {
            Actor::Operator { name, .. } => Some(name.clone()),
            Actor::Stripe | Actor::Portal => None,
        };
        let off = Self::off(DeactivatedBy::Operator, DeactivationReason::Operator, now);
        Self { deactivated_by_name: name, ..off }
    }

    fn off(by: DeactivatedBy, reason: DeactivationReason, now: Timestamp) -> Self {
        Self {
            active: false,
            deactivated_by: Some(by.as_str().to_owned()),
            deactivated_at: Some(now.naive_utc()),
            deactivated_by_name: None,
            deactivated_reason: Some(reason.as_str().to_owned()),
        }
    }

    /// Whether the agent is as wanted. One that billing turned off is not yet `Off`: an operator can
    /// turn it off too, and then it stays off.
    pub fn is(&self, switch: Switch) -> bool {
        match switch {
            Switch::On => self.active,
            Switch::Off => self.deactivated_by.as_deref() == Some(DeactivatedBy::Operator.as_str()),
        }
    }
}

impl AgentRow {
    pub fn into_agent(self) -> StoreResult<Agent> {
        let state = self.state;
        Ok(Agent {
            id: read_id("agents.id", &self.id)?,
            name: self.name,
            active: state.active,
            deactivated_by: state
                .deactivated_by
                .map(|text| text.parse::<DeactivatedBy>())
                .transpose()?,
            deactivated_at: state.deactivated_at.map(|at| at.and_utc()),
            deactivated_by_name: state.deactivated_by_name,
            deactivated_reason: state
                .deactivated_reason
                .map(|text| text.parse::<DeactivationReason>())
                .transpose()?,
            created_at: self.created_at.and_utc(),
        })
    }
}
