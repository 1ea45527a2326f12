//! Which agents to turn off, if more are in use than there will be seats.

use super::load::in_use;
use super::quote::newest;
use crate::model::{Agent, AgentId, TenantId};
use crate::ui::choice::{choose, ticked};
use crate::ui::components::error_note;
use crate::ui::words::{fill, plural, use_words};
use dioxus::prelude::*;

/// The checkboxes' name in the form.
const FIELD: &str = "turn_off";

/// A checkbox for every agent in use, the newest checked at first. Those that came with the page are
/// not requested again.
#[component]
pub fn Leavers(
    tenant_id: TenantId,
    in_use: Vec<Agent>,
    /// How many are active now: a change elsewhere reloads them.
    active: u32,
    surplus: u32,
    turn_off: Signal<Vec<AgentId>>,
) -> Element {
    let words = use_words();
    let came_along = !in_use.is_empty();
    let listed = use_listed(tenant_id, in_use, active);
    // What somebody has chosen is theirs, whoever else joins or leaves.
    let mut touched = use_signal(|| false);
    let mut chosen_for = use_signal(|| came_along.then_some((surplus, active)));
    use_effect(use_reactive!(|surplus, active| {
        if let Some(Ok(agents)) = &*listed.read()
            && agents.len() == active as usize
            && *chosen_for.peek() != Some((surplus, active))
        {
            chosen_for.set(Some((surplus, active)));
            if *touched.peek() {
                turn_off.with_mut(|chosen| {
                    chosen.retain(|id| agents.iter().any(|agent| agent.id == *id));
                });
            } else {
                turn_off.set(newest(agents, surplus));
            }
        }
    }));
    let counts = [turn_off.read().len(), surplus as usize].map(|count| count.to_string());
    rsx! {
        match &*listed.read() {
            None => rsx! {
                p { class: "waiting", {words.billing.asking_agents} }
            },
            Some(Err(error)) => rsx! {
                {error_note(&words.error(error))}
            },
            Some(Ok(agents)) => rsx! {
                fieldset {
                    class: "leavers",
                    // Some may have been chosen before hydration.
                    onmounted: move |_| {
                        if came_along {
                            let chosen = ticked(FIELD);
                            let all = turn_off.read().iter().all(|id| chosen.contains(id));
                            touched.set(!all || chosen.len() != turn_off.read().len());
                            turn_off.set(chosen);
                        }
                    },
                    legend { {plural(words.billing.choose_leavers, surplus)} }
                    for agent in agents {
                        label { key: "{agent.id}",
                            input {
                                r#type: "checkbox",
                                name: FIELD,
                                value: "{agent.id}",
                                checked: turn_off.read().contains(&agent.id),
                                onchange: {
                                    let id = agent.id.clone();
                                    move |event: FormEvent| {
                                        touched.set(true);
                                        turn_off.with_mut(|chosen| choose(chosen, &id, event.checked()));
                                    }
                                },
                            }
                            "{agent.name}"
                        }
                    }
                    p { class: "scripted", role: "status", {fill(words.billing.chosen, &[&counts[0], &counts[1]])} }
                }
            },
        }
    }
}

/// The agents in use: those that came with the page, or requested whenever their number changes.
fn use_listed(
    tenant_id: TenantId,
    known: Vec<Agent>,
    active: u32,
) -> Signal<Option<crate::api::ApiResult<Vec<Agent>>>> {
    let mut listed = use_signal(|| (!known.is_empty()).then_some(Ok(known)));
    use_effect(use_reactive!(|active| {
        let current = matches!(&*listed.peek(), Some(Ok(known)) if known.len() == active as usize);
        if !current {
            let request = in_use(tenant_id.clone());
            spawn(async move { listed.set(Some(request.await)) });
        }
    }));
    listed
}
