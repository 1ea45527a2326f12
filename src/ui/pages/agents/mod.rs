//! Agents: who works for the tenant, and who doesn't right now.

mod create;
mod row;

use crate::api;
use crate::model::{Agent, AgentList, DeactivatedBy, Membership};
use crate::ui::Route;
use crate::ui::answer::use_answer;
use crate::ui::components::{Banner, BannerTone, Empty, ErrorPage, Heading, Meter};
use crate::ui::layout::use_membership;
use create::CreateForm;
use dioxus::prelude::*;
use row::AgentRow;

/// The agents page.
#[component]
pub fn Agents(tenant_id: Option<String>) -> Element {
    let membership = use_membership(tenant_id.as_deref());
    rsx! {
        match membership {
            Ok(membership) => rsx! {
                AgentsOf { membership, tenant_id }
            },
            Err(error) => rsx! {
                ErrorPage { error }
            },
        }
    }
}

#[component]
fn AgentsOf(membership: Membership, tenant_id: Option<String>) -> Element {
    let tenant = membership.tenant_id.clone();
    let mut loaded = use_answer({
        let id = tenant.clone();
        move || api::agents(id.clone())
    })?;
    let onchange = use_callback(move |agent: Agent| {
        if let Ok(list) = &mut *loaded.write() {
            put(list, agent);
        }
    });
    let may_act = membership.role.may_act();
    let now = loaded();
    rsx! {
        match now {
            Ok(list) => rsx! {
                Heading { title: "Agents" }
                Full { list: list.clone(), tenant_id }
                section { class: "card", aria_labelledby: "team",
                    header {
                        h2 { id: "team", "Your team" }
                        p { class: "usage", role: "status", "{list.agents_active} of {list.agent_quota} in use" }
                    }
                    Meter {
                        label: "{list.agents_active} of {list.agent_quota} agents in use",
                        used: list.agents_active,
                        of: list.agent_quota,
                    }
                    CreateForm { tenant_id: tenant.clone(), enabled: may_act && !full(&list), onchange }
                    if list.agents.is_empty() {
                        Empty {
                            title: "Nobody here yet",
                            text: "Give your first agent a name: it is ready to work at once.",
                        }
                    } else {
                        ul { class: "agents",
                            for agent in list.agents {
                                AgentRow {
                                    key: "{agent.id}",
                                    tenant_id: tenant.clone(),
                                    agent,
                                    may_act,
                                    onchange,
                                }
                            }
                        }
                    }
                    if !may_act {
                        footer {
                            p { "Only owners and admins can change agents. You can look." }
                        }
                    }
                }
            },
            Err(error) => rsx! {
                ErrorPage { error }
            },
        }
    }
}

/// What to do when no further agent can be turned on.
#[component]
fn Full(list: AgentList, tenant_id: Option<String>) -> Element {
    let (title, text, link) = if list.agent_quota == 0 {
        let text = "Agents need a subscription. Nothing to pay for the first 14 days.";
        ("No seats yet", text, "Go to Billing")
    } else if full(&list) {
        let text = "Add a seat to hire another agent, or turn one off.";
        ("Every seat is taken", text, "Add seats")
    } else {
        return VNode::empty();
    };
    rsx! {
        Banner { tone: BannerTone::Info, title, text,
            Link { class: "button", "data-kind": "secondary", to: Route::billing(tenant_id), "{link}" }
        }
    }
}

fn full(list: &AgentList) -> bool {
    list.agents_active >= list.agent_quota
}

/// Puts the changed or new agent into the list; a new one is the youngest, so it goes last.
fn put(list: &mut AgentList, agent: Agent) {
    match list.agents.iter_mut().find(|known| known.id == agent.id) {
        Some(known) => *known = agent,
        None => list.agents.push(agent),
    }
    let active = list.agents.iter().filter(|agent| agent.active).count();
    list.agents_active = u32::try_from(active).unwrap_or(u32::MAX);
}

/// An agent's state in words, with who turned it off.
fn state_of(agent: &Agent) -> &'static str {
    match (agent.active, agent.deactivated_by) {
        (true, _) => "Working",
        (false, Some(DeactivatedBy::Billing)) => "Turned off by billing",
        (false, Some(DeactivatedBy::Operator) | None) => "Turned off",
    }
}
