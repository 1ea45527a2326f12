//! Switches many agents at once.

use super::place::{Place, PlaceFields};
use crate::api;
use crate::model::{AgentId, AgentIds, AgentList, SwitchAgents, TenantId};
use crate::ui::components::{Button, PostForm, use_toasts};
use crate::ui::mutation::use_mutation;
use crate::ui::visit::{Control, Done};
use crate::ui::words::{plural, use_words};
use dioxus::fullstack::Json;
use dioxus::prelude::*;

/// The `id` of the form that the list's checkboxes belong to. It is beside the list, since every agent
/// has its own form.
pub const FORM: &str = "selection";

/// The checkboxes' name in the form.
pub const FIELD: &str = "agent_ids";

/// Turns the selected agents on or off, all or none; only those shown.
#[component]
pub fn SelectionForm(
    tenant_id: TenantId,
    place: Place,
    shown: Vec<AgentId>,
    may_turn_on: bool,
    selected: Signal<Vec<AgentId>>,
    onlist: Callback<AgentList>,
) -> Element {
    let words = use_words();
    let mutation = use_mutation(Control::Agents);
    let toasts = use_toasts();
    let mut on = use_signal(|| true);
    let chosen: Vec<AgentId> =
        shown.iter().filter(|id| selected.read().contains(id)).cloned().collect();
    let count = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
    let all = chosen.len() == shown.len();
    let tenant = tenant_id.clone();
    let switch = move |_| match AgentIds::try_from(chosen.clone()) {
        Ok(agent_ids) => {
            let body = Json(SwitchAgents { tenant_id: tenant.clone(), agent_ids });
            let on = on();
            let request = async move {
                if on {
                    api::activate_agents(body).await
                } else {
                    api::deactivate_agents(body).await
                }
            };
            mutation.run(request, move |list| {
                selected.set(Vec::new());
                toasts.show(if on { Done::AgentsOn(count) } else { Done::AgentsOff(count) });
                onlist.call(list);
            });
        }
        Err(error) => mutation.fail(error.into()),
    };
    rsx! {
        PostForm {
            id: FORM,
            class: "selection",
            action: "/agents/on",
            tenant_id,
            onsubmit: switch,
            aria_label: words.agents.selection,
            PlaceFields { place }
            label { class: "scripted",
                input {
                    r#type: "checkbox",
                    checked: all,
                    onchange: move |event| {
                        mutation.clear();
                        selected.set(if event.checked() { shown.clone() } else { Vec::new() });
                    },
                }
                {words.agents.select_all}
            }
            p { class: "hint scripted", role: "status", {plural(words.agents.selected, count)} }
            div { class: "actions",
                Button {
                    r#type: "submit",
                    busy: mutation.busy() && on(),
                    disabled: !may_turn_on || mutation.busy() && !on(),
                    onclick: move |_| on.set(true),
                    {words.agents.turn_on}
                }
                Button {
                    r#type: "submit",
                    formaction: "/agents/off",
                    busy: mutation.busy() && !on(),
                    disabled: mutation.busy() && on(),
                    onclick: move |_| on.set(false),
                    {words.agents.turn_off}
                }
            }
            {mutation.note()}
        }
    }
}
