//! With fewer seats than agents in use: which of them to turn off.

use crate::api;
use crate::model::{Agent, AgentId, TenantId};
use crate::ui::components::ErrorNote;
use dioxus::prelude::*;

/// A checkbox for every agent in use; the newest are checked to begin with.
#[component]
pub fn Leavers(tenant_id: TenantId, surplus: usize, turn_off: Signal<Vec<AgentId>>) -> Element {
    let listed = use_resource(use_reactive!(|tenant_id| api::agents(tenant_id)));
    use_effect(use_reactive!(|surplus| {
        if let Some(Ok(list)) = &*listed.read() {
            let newest = active(&list.agents).rev().take(surplus);
            turn_off.set(newest.map(|agent| agent.id.clone()).collect());
        }
    }));
    let chosen = turn_off.read().len();
    rsx! {
        match &*listed.read() {
            None => rsx! {
                p { class: "waiting", "Asking which agents are in use…" }
            },
            Some(Err(error)) => rsx! {
                ErrorNote { message: error.message.clone() }
            },
            Some(Ok(list)) => rsx! {
                fieldset { class: "leavers",
                    legend { "Choose {surplus} to turn off" }
                    for agent in active(&list.agents) {
                        label { key: "{agent.id}",
                            input {
                                r#type: "checkbox",
                                checked: turn_off.read().contains(&agent.id),
                                onchange: {
                                    let id = agent.id.clone();
                                    move |event: FormEvent| {
                                        turn_off.with_mut(|chosen| {
                                            chosen.retain(|other| *other != id);
                                            if event.checked() {
                                                chosen.push(id.clone());
                                            }
                                        });
                                    }
                                },
                            }
                            "{agent.name}"
                        }
                    }
                    p { role: "status", "{chosen} of {surplus} chosen" }
                }
            },
        }
    }
}

fn active(agents: &[Agent]) -> impl DoubleEndedIterator<Item = &Agent> {
    agents.iter().filter(|agent| agent.active)
}
