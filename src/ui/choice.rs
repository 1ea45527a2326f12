//! Agents that are chosen by checkboxes.

use crate::model::AgentId;
use crate::ui::browser;

/// Those whose checkboxes of this name are ticked: some may be before the scripts are there.
pub fn ticked(name: &str) -> Vec<AgentId> {
    browser::ticked(name).into_iter().filter_map(|id| id.try_into().ok()).collect()
}

/// Chooses one, or takes that back.
pub fn choose(chosen: &mut Vec<AgentId>, id: &AgentId, on: bool) {
    chosen.retain(|other| other != id);
    if on {
        chosen.push(id.clone());
    }
}
