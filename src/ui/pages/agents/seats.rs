use crate::model::{AgentList, DeactivationReason};
use crate::ui::Route;
use crate::ui::components::{Banner, BannerTone, ButtonKind, Empty, LinkButton, open_in_place};
use crate::ui::words::{plural, use_words};
use dioxus::prelude::*;

/// The empty list, and how to fill it.
#[component]
pub fn Nobody(quota: u32, tenant_id: Option<String>, may_act: bool) -> Element {
    let words = use_words();
    if quota > 0 {
        let text = if may_act { words.agents.empty_text } else { words.agents.empty_text_look };
        return rsx! {
            Empty { title: words.agents.empty, text }
        };
    }
    rsx! {
        Empty { title: words.agents.no_seats, text: words.agents.no_seats_text,
            LinkButton { to: Route::billing(tenant_id), kind: ButtonKind::Primary, {words.errors.go_to_billing} }
        }
    }
}

/// Why the agents are off, where none may work. An empty list says so itself.
#[component]
pub fn NoSeats(list: AgentList, tenant_id: Option<String>) -> Element {
    let words = use_words();
    if list.agent_quota > 0 || list.agents.is_empty() {
        return VNode::empty();
    }
    let unpaid = Some(DeactivationReason::Unpaid);
    let (tone, title) = match list.agents.iter().any(|agent| agent.deactivated_reason == unpaid) {
        true => (BannerTone::Danger, words.billing.agents_off),
        false => (BannerTone::Info, words.agents.no_seats),
    };
    rsx! {
        Banner {
            tone,
            title,
            text: words.agents.no_seats_text,
            LinkButton { to: Route::billing(tenant_id), {words.errors.go_to_billing} }
        }
    }
}

/// How many more agents may work, and the way to more seats. One line whatever it says: turning an agent
/// on or off must not move the list under the pointer.
#[component]
pub fn FreeSeats(list: AgentList, tenant_id: Option<String>) -> Element {
    let words = use_words();
    let AgentList { agent_quota, agents_active, .. } = list;
    if agent_quota == 0 {
        return VNode::empty();
    }
    let said = match agent_quota.saturating_sub(agents_active) {
        0 => words.agents.full.to_owned(),
        free => plural(words.agents.free, free),
    };
    let more =
        Route::Billing { tenant_id, session_id: None, seats: Some(i64::from(agent_quota) + 1) };
    rsx! {
        p { class: "hint",
            "{said} "
            a {
                href: "{more}",
                onclick: move |click| open_in_place(&click, &more),
                {words.agents.add_seats}
            }
        }
    }
}

/// Whether every seat is taken.
pub fn full(list: &AgentList) -> bool {
    list.agents_active >= list.agent_quota
}
