//! The AI employees a tenant rents.

use crate::model::{Access, AgentId, Name, Timestamp};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// One AI employee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Agent {
    pub id: AgentId,
    pub name: String,
    pub active: bool,
    /// Who turned it off; `None` while it is active.
    pub deactivated_by: Option<DeactivatedBy>,
    /// When it was turned off; like the two that follow, unknown for agents that were turned off
    /// before this was kept.
    pub deactivated_at: Option<Timestamp>,
    /// The operator who did it, by the name they had; `None` where billing did.
    pub deactivated_by_name: Option<String>,
    pub deactivated_reason: Option<DeactivationReason>,
    pub created_at: Timestamp,
}

/// Who turned an agent off. Only those that billing turned off come back by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeactivatedBy {
    Operator,
    Billing,
}

impl DeactivatedBy {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Billing => "billing",
        }
    }
}

impl FromStr for DeactivatedBy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "operator" => Ok(Self::Operator),
            "billing" => Ok(Self::Billing),
            other => Err(format!("unknown deactivated_by '{other}'")),
        }
    }
}

/// Why an agent was turned off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeactivationReason {
    /// An operator wanted it off.
    Operator,
    /// There is no subscription any more.
    SubscriptionEnded,
    /// The subscription waits for a payment.
    Unpaid,
    /// The subscription is for fewer agents than were active.
    SeatsReduced,
}

impl DeactivationReason {
    pub const ALL: [Self; 4] =
        [Self::Operator, Self::SubscriptionEnded, Self::Unpaid, Self::SeatsReduced];

    /// Why billing turns agents off that have no seat under this access.
    pub fn without_seat(access: Access) -> Self {
        match access {
            Access::None | Access::Ended => Self::SubscriptionEnded,
            Access::Suspended => Self::Unpaid,
            Access::Full | Access::Warn => Self::SeatsReduced,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::SubscriptionEnded => "subscription_ended",
            Self::Unpaid => "unpaid",
            Self::SeatsReduced => "seats_reduced",
        }
    }
}

impl FromStr for DeactivationReason {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.as_str() == text)
            .ok_or_else(|| format!("unknown deactivated_reason '{text}'"))
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

/// What [`Name`] takes: no character that controls or turns the text, and one that can be seen.
#[cfg(feature = "server")]
const AGENT_NAME_PATTERN: &str = concat!(
    r"^[^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*",
    r"[^\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f",
    r"\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]",
    r"[^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*$",
);

/// An agent's [`Name`], as requests carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "server",
    derive(schemars::JsonSchema),
    schemars(extend("pattern" = AGENT_NAME_PATTERN, "maxLength" = 80))
)]
#[serde(try_from = "String", into = "String")]
pub struct AgentName(String);

/// Why a text is not an agent's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("name must be 1 to 80 characters, without control characters")]
pub struct InvalidAgentName;

impl AgentName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AgentName {
    type Error = InvalidAgentName;

    fn try_from(text: String) -> Result<Self, InvalidAgentName> {
        let name: Name = text.parse().map_err(|_| InvalidAgentName)?;
        Ok(Self(name.to_string()))
    }
}

impl From<AgentName> for String {
    fn from(name: AgentName) -> String {
        name.0
    }
}

/// Which agents to switch at once: 1 to [`AgentIds::MOST`], each once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "server",
    derive(schemars::JsonSchema),
    schemars(extend("minItems" = 1, "maxItems" = AgentIds::MOST))
)]
#[serde(try_from = "Vec<AgentId>", into = "Vec<AgentId>")]
pub struct AgentIds(Vec<AgentId>);

/// Why a list is not a choice of agents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("agent_ids must name 1 to {most} agents", most = AgentIds::MOST)]
pub struct InvalidAgentIds;

impl AgentIds {
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
