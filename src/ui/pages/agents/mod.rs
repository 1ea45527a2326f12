//! Agents: who works for the tenant, and who doesn't right now.

mod create;
mod row;

use crate::api::{self, ApiError};
use crate::model::{Agent, AgentList, Membership};
use crate::ui::Route;
use crate::ui::components::{Banner, BannerTone, Empty, ErrorPage, Heading, Meter};
use crate::ui::layout::use_membership;
use crate::ui::live::use_on_change;
use crate::ui::words::{Words, fill, use_words};
use create::CreateForm;
use dioxus::prelude::*;
use row::AgentRow;

/// The agents page.
#[component]
pub fn Agents(tenant_id: Option<String>, search: Option<String>) -> Element {
    let membership = use_membership(tenant_id.as_deref());
    rsx! {
        match membership {
            Ok(membership) => rsx! {
                AgentsOf { key: "{membership.tenant_id}", membership, tenant_id }
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
    let mut loaded = use_loader({
        let id = tenant.clone();
        move || {
            let request = api::agents(id.clone());
            async move { Ok::<_, ApiError>(request.await) }
        }
    })?;
    let onchange = use_callback(move |agent: Agent| {
        if let Ok(list) = &mut *loaded.write() {
            put(list, agent);
        }
    });
    use_on_change({
        let id = tenant.clone();
        move || {
            let request = api::agents(id.clone());
            spawn(async move {
                if let Ok(list) = request.await {
                    loaded.set(Ok(list));
                }
            });
        }
    });
    let words = use_words();
    let may_act = membership.role.may_act();
    let now = loaded();
    rsx! {
        match now {
            Ok(list) => rsx! {
                Heading { title: words.agents.title }
                Full { list: list.clone(), tenant_id }
                section { class: "card", aria_labelledby: "team",
                    header {
                        h2 { id: "team", {words.agents.team} }
                        p { class: "usage", role: "status", {in_use(words, &list)} }
                    }
                    Meter {
                        label: in_use(words, &list),
                        used: list.agents_active,
                        of: list.agent_quota,
                    }
                    CreateForm { tenant_id: tenant.clone(), enabled: may_act && !full(&list), onchange }
                    if list.agents.is_empty() {
                        Empty {
                            title: words.agents.empty,
                            text: words.agents.empty_text,
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
                            p { {words.frame.may_look} }
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
    let words = use_words();
    let (title, text, link) = if list.agent_quota == 0 {
        (words.agents.no_seats, words.agents.no_seats_text, words.errors.go_to_billing)
    } else if full(&list) {
        (words.agents.full, words.agents.full_text, words.agents.add_seats)
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

fn in_use(words: &Words, list: &AgentList) -> String {
    let counts = [list.agents_active, list.agent_quota].map(|count| count.to_string());
    fill(words.agents.in_use, &[&counts[0], &counts[1]])
}
