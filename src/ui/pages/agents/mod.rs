//! Agents: who works for the tenant, and who doesn't right now.

mod create;
mod place;
mod rename;
mod row;
mod search;
mod seats;
mod selection;
mod state;

use crate::api;
use crate::model::{Agent, AgentList, Membership};
use crate::ui::Route;
use crate::ui::answer::use_answer;
use crate::ui::browser;
use crate::ui::choice::{ticked, use_ticked_before};
use crate::ui::components::{
    Empty, ErrorPage, Heading, Pages, StrayError, meter, open_in_place_and,
};
use crate::ui::layout::use_membership;
use crate::ui::live::use_on_change;
use crate::ui::visit::Control;
use crate::ui::words::{Words, fill, use_words};
use create::CreateForm;
use dioxus::core::current_scope_id;
use dioxus::prelude::*;
use place::Place;
use row::AgentRow;
use search::{Search, matching};
use seats::{FreeSeats, NoSeats, Nobody, full};
use selection::SelectionForm;

/// The agents page; `search` is text that the names shown contain, `page` which page of them.
#[component]
pub fn Agents(tenant_id: Option<String>, search: Option<String>, page: Option<u32>) -> Element {
    let membership = use_membership(tenant_id.as_deref());
    rsx! {
        match membership {
            Ok(membership) => rsx! {
                AgentsOf { key: "{membership.tenant_id}", membership, tenant_id, search, page }
            },
            Err(error) => rsx! {
                ErrorPage { error }
            },
        }
    }
}

#[component]
fn AgentsOf(
    membership: Membership,
    tenant_id: Option<String>,
    search: Option<String>,
    page: Option<u32>,
) -> Element {
    let tenant = membership.tenant_id.clone();
    let mut loaded = use_answer("agents", {
        let id = tenant.clone();
        move || api::agents(id.clone())
    })?;
    let onchange = use_callback(move |agent: Agent| {
        if let Ok(list) = &mut *loaded.write() {
            put(list, agent);
        }
    });
    let onlist = use_callback(move |list: AgentList| loaded.set(Ok(list)));
    let searched = search.unwrap_or_default();
    let mut text = use_signal(|| searched.clone());
    // What was typed before hydration stands until the address changes.
    let mut before = use_signal(|| searched.clone());
    use_effect(use_reactive!(|searched| {
        if before.replace(searched.clone()) != searched {
            text.set(searched);
        }
    }));
    let navigator = use_navigator();
    // A new agent must not be hidden by the search, nor on another page.
    let onhired = use_callback({
        let (elsewhere, tenant_id) = (!searched.is_empty() || page.is_some(), tenant_id.clone());
        move |agent: Agent| {
            onchange.call(agent);
            text.set(String::new());
            if elsewhere {
                navigator.push(Route::agents(tenant_id.clone()));
            }
        }
    });
    use_on_change({
        let id = tenant.clone();
        move |()| {
            let request = api::agents(id.clone());
            Box::pin(async move {
                loaded.set(Ok(request.await?));
                Ok(())
            })
        }
    });
    let words = use_words();
    let may_act = membership.role.may_act();
    let shown = use_callback({
        let searched = searched.clone();
        move |control| match &*loaded.read() {
            Ok(list) => shows(list, &searched, page, may_act, &control),
            Err(_) => false,
        }
    });
    let now = loaded();
    rsx! {
        match now {
            Ok(list) => rsx! {
                Heading { title: words.agents.title }
                StrayError { shown }
                NoSeats { list: list.clone(), tenant_id: tenant_id.clone() }
                section { class: "card", aria_labelledby: "team",
                    header {
                        h2 { id: "team", {words.agents.team} }
                        p { class: "usage", role: "status", {in_use(words, &list)} }
                    }
                    {meter(&in_use(words, &list), list.agents_active, list.agent_quota)}
                    if may_act {
                        CreateForm { tenant_id: tenant, enabled: !full(&list), onhired }
                        FreeSeats { list: list.clone(), tenant_id: tenant_id.clone() }
                    }
                    if list.agents.is_empty() {
                        Nobody { quota: list.agent_quota, tenant_id, may_act }
                    } else {
                        Team { membership, list, tenant_id, searched, page, text, onchange, onlist }
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

/// A page of the agents that match the search, or of all if there is none.
#[component]
fn Team(
    membership: Membership,
    list: AgentList,
    tenant_id: Option<String>,
    /// The search in the address.
    searched: String,
    page: Option<u32>,
    /// The search as typed.
    text: Signal<String>,
    onchange: Callback<Agent>,
    onlist: Callback<AgentList>,
) -> Element {
    let words = use_words();
    let here = use_hook(current_scope_id);
    let ticked_before = use_ticked_before(&Control::Agents);
    let mut selected = use_signal(|| ticked_before.unwrap_or_default());
    let may_act = membership.role.may_act();
    let may_turn_on = !full(&list);
    let found = matching(list.agents, &text.read());
    // A search other than the address's starts at its first page.
    let page = page.filter(|_| *text.read() == searched);
    let place = Place::new(text(), page, found.len());
    let shown = place.part(&found);
    let everybody = Route::agents(tenant_id.clone());
    rsx! {
        Search { tenant_id: tenant_id.clone(), searched, text }
        if shown.is_empty() {
            Empty { title: words.agents.no_match, text: words.agents.no_match_text,
                a {
                    class: "button",
                    "data-kind": "secondary",
                    href: "{everybody}",
                    onclick: move |click| {
                        open_in_place_and(&click, &everybody, || {
                            text.set(String::new());
                            browser::focus(search::FIELD);
                        });
                    },
                    {words.agents.clear_search}
                }
            }
        } else {
            if may_act {
                SelectionForm {
                    tenant_id: membership.tenant_id.clone(),
                    place: place.clone(),
                    shown: shown.iter().map(|agent| agent.id.clone()).collect::<Vec<_>>(),
                    may_turn_on,
                    selected,
                    onlist,
                }
            }
            ul {
                class: "agents",
                // Some may have been selected before hydration.
                onmounted: move |_| {
                    selected.set(ticked(selection::FIELD));
                },
                for agent in shown {
                    AgentRow {
                        key: "{agent.id}",
                        tenant_id: membership.tenant_id.clone(),
                        list: here,
                        place: place.clone(),
                        agent: agent.clone(),
                        may_act,
                        may_turn_on,
                        selected,
                        onchange,
                    }
                }
            }
            Pages {
                back: place.beside(-1, &tenant_id).map(|to| (to, words.frame.previous)),
                next: place.beside(1, &tenant_id).map(|to| (to, words.frame.next)),
                span { class: "hint", {place.said(words)} }
            }
        }
    }
}

/// Whether the page shows this control.
fn shows(
    list: &AgentList,
    search: &str,
    page: Option<u32>,
    may_act: bool,
    control: &Control,
) -> bool {
    let found = matching(list.agents.clone(), search);
    match control {
        Control::CreateAgent => may_act,
        Control::Agents => may_act && !found.is_empty(),
        Control::Agent(id) => {
            let place = Place::new(search.to_owned(), page, found.len());
            place.part(&found).iter().any(|agent| agent.id == *id)
        }
        Control::Subscribe
        | Control::Portal
        | Control::Seats
        | Control::Withdraw
        | Control::Cancel
        | Control::Resume
        | Control::Refresh
        | Control::Password
        | Control::Sessions => false,
    }
}

/// Replaces the agent in the list, or appends it: a new one is the newest.
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
