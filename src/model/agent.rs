//! The AI employees a tenant rents.

use crate::model::{AgentId, Timestamp};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// One AI employee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    pub id: AgentId,
    pub name: String,
    pub active: bool,
    /// Who turned it off; `None` while it is active.
    pub deactivated_by: Option<DeactivatedBy>,
    pub created_at: Timestamp,
}

/// Who turned an agent off. Only those that billing turned off come back by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// The tenant's agents, oldest first, and how many of them may be active.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentList {
    pub agents: Vec<Agent>,
    pub agents_active: u32,
    pub agent_quota: u32,
}

/// An agent's name: 1 to 80 characters once trimmed, none of them a control character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
        let name = text.trim();
        let fits = (1..=80).contains(&name.chars().count());
        if fits && !name.chars().any(char::is_control) {
            Ok(Self(name.to_owned()))
        } else {
            Err(InvalidAgentName)
        }
    }
}

impl From<AgentName> for String {
    fn from(name: AgentName) -> String {
        name.0
    }
}
