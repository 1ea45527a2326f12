//! What a tenant's subscription entitles it to.

use crate::model::{Access, AgentId};
use serde::{Deserialize, Serialize};

/// Which of a tenant's agents may run, for the SaaS's own runtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Entitlements {
    pub access: Access,
    /// How many agents may be active.
    pub agent_quota: u32,
    /// The active agents, oldest first: only these may run.
    pub active_agents: Vec<AgentId>,
}
