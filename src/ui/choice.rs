//! Agents that are chosen by checkboxes.

use crate::model::AgentId;
use crate::ui::browser;
use crate::ui::mutation::use_typed;
use crate::ui::visit::Control;

/// Those whose checkboxes of this name are ticked: some may be before the scripts are there.
pub fn ticked(name: &str) -> Vec<AgentId> {
    browser::ticked(name).into_iter().filter_map(|id| id.try_into().ok()).collect()
}

/// Those that were ticked in this control before its form failed.
pub fn use_ticked_before(control: &Control) -> Option<Vec<AgentId>> {
    let ids = use_typed(control)?;
    Some(ids.split(',').filter_map(|id| id.parse().ok()).collect())
}

/// The text that [`use_ticked_before`] reads.
#[cfg(feature = "server")]
pub fn ticked_text(ids: &[AgentId]) -> String {
    ids.iter().map(AgentId::as_str).collect::<Vec<_>>().join(",")
}

/// Chooses one, or takes that back.
pub fn choose(chosen: &mut Vec<AgentId>, id: &AgentId, on: bool) {
    chosen.retain(|other| other != id);
    if on {
        chosen.push(id.clone());
    }
}
