//! What a tenant's subscription entitles it to.

use crate::model::{Access, AgentId};
use serde::{Deserialize, Serialize};

/// Which of a tenant's agents may run: what the SaaS's own runtime asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Entitlements {
    pub access: Access,
    /// How many agents may be active.
    pub agent_quota: u32,
    /// The agents that are active, oldest first: these may run, and no others.
    pub active_agents: Vec<AgentId>,
}
