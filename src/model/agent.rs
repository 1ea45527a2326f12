//! The AI employees a tenant rents.

use crate::model::{Access, AgentId, Timestamp, spelled};
use serde::{Deserialize, Serialize};

/// One AI employee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Agent {
    pub id: AgentId,
    pub name: String,
    pub active: bool,
    /// Who turned it off; null while it is active.
    pub deactivated_by: Option<DeactivatedBy>,
    /// When it was turned off. Unknown, like `deactivated_by_name` and `deactivated_reason`, for agents
    /// turned off before this was recorded.
    pub deactivated_at: Option<Timestamp>,
    /// The operator who did it, with the name they had then; null if it was billing.
    pub deactivated_by_name: Option<String>,
    pub deactivated_reason: Option<DeactivationReason>,
    pub created_at: Timestamp,
}

spelled! {
    /// Who turned an agent off. Only those turned off by billing come back automatically.
    DeactivatedBy, "deactivated_by" {
        Operator = "operator",
        Billing = "billing",
    }
}

spelled! {
    /// Why an agent was turned off.
    DeactivationReason, "deactivated_reason" {
        /// An operator turned it off.
        Operator = "operator",
        /// There is no longer a subscription.
        SubscriptionEnded = "subscription_ended",
        /// The subscription is awaiting payment.
        Unpaid = "unpaid",
        /// The subscription is for fewer agents than were active.
        SeatsReduced = "seats_reduced",
    }
}

impl DeactivationReason {
    /// Why billing turns off agents that have no seat under this access.
    pub fn without_seat(access: Access) -> Self {
        match access {
            Access::None | Access::Ended => Self::SubscriptionEnded,
            Access::Suspended => Self::Unpaid,
            Access::Full | Access::Warn => Self::SeatsReduced,
        }
    }
}

/// The tenant's agents, oldest first, and how many of them may be active.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct AgentList {
    pub agents: Vec<Agent>,
    pub agents_active: u32,
    pub agent_quota: u32,
}

/// Agents to switch together, without duplicates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "server",
    derive(schemars::JsonSchema),
    schemars(extend("minItems" = 1, "maxItems" = AgentIds::MOST))
)]
#[serde(try_from = "Vec<AgentId>", into = "Vec<AgentId>")]
pub struct AgentIds(Vec<AgentId>);

/// Why a list of agents is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("agent_ids must name 1 to {most} agents", most = AgentIds::MOST)]
pub struct InvalidAgentIds;

impl AgentIds {
    /// The longest list.
    pub const MOST: usize = 500;

    pub fn as_slice(&self) -> &[AgentId] {
        &self.0
    }
}

impl TryFrom<Vec<AgentId>> for AgentIds {
    type Error = InvalidAgentIds;

    fn try_from(mut ids: Vec<AgentId>) -> Result<Self, InvalidAgentIds> {
        if !(1..=Self::MOST).contains(&ids.len()) {
            return Err(InvalidAgentIds);
        }
        ids.sort();
        ids.dedup();
        Ok(Self(ids))
    }
}

impl From<AgentId> for AgentIds {
    fn from(id: AgentId) -> Self {
        Self(vec![id])
    }
}

impl From<AgentIds> for Vec<AgentId> {
    fn from(ids: AgentIds) -> Self {
        ids.0
    }
}
