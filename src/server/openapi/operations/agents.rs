//! The tenant's agents.

use super::{act, look};
use crate::model::*;
use crate::server::openapi::operation::{Operation, Schemas};

pub fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    vec![
        look::<AgentList>(schemas, "/api/portal/agents", "agents", "The agents, oldest first"),
        act::<CreateAgent, Agent>(
            schemas,
            "/api/portal/agents",
            "create_agent",
            "Hires an agent; it is active at once, so it takes a seat",
        ),
        act::<RenameAgent, Agent>(
            schemas,
            "/api/portal/agents/{id}/rename",
            "rename_agent",
            "Gives an agent another name",
        ),
        act::<OnTenant, Agent>(
            schemas,
            "/api/portal/agents/{id}/activate",
            "activate_agent",
            "Turns an agent on, within the quota",
        ),
        act::<OnTenant, Agent>(
            schemas,
            "/api/portal/agents/{id}/deactivate",
            "deactivate_agent",
            "Turns an agent off; it stays off until an operator turns it on",
        ),
        act::<SwitchAgents, AgentList>(
            schemas,
            "/api/portal/agents/activate",
            "activate_agents",
            "Turns agents on, within the quota: all of them or none",
        ),
        act::<SwitchAgents, AgentList>(
            schemas,
            "/api/portal/agents/deactivate",
            "deactivate_agents",
            "Turns agents off, all of them or none",
        ),
    ]
}
