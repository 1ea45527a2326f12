use crate::model::AgentList;
use crate::ui::Route;
use crate::ui::components::{Banner, BannerTone, ButtonKind, Empty, LinkButton};
use crate::ui::words::use_words;
use dioxus::prelude::*;

/// The empty list, and how to fill it.
#[component]
pub fn Nobody(quota: u32, tenant_id: Option<String>) -> Element {
    let words = use_words();
    if quota > 0 {
        return rsx! {
            Empty { title: words.agents.empty, text: words.agents.empty_text }
        };
    }
    rsx! {
        Empty { title: words.agents.no_seats, text: words.agents.no_seats_text,
            LinkButton { to: Route::billing(tenant_id), kind: ButtonKind::Primary, {words.errors.go_to_billing} }
        }
    }
}

/// What to do when no further agent can be turned on.
#[component]
pub fn Seatless(list: AgentList, tenant_id: Option<String>, may_act: bool) -> Element {
    let words = use_words();
    let (title, text, link) = match (list.agent_quota, list.agents.is_empty()) {
        // The empty list says so itself.
        (0, true) => return VNode::empty(),
        (0, false) => {
            (words.agents.no_seats, words.agents.no_seats_text, words.errors.go_to_billing)
        }
        _ if may_act && full(&list) => {
            (words.agents.full, words.agents.full_text, words.agents.add_seats)
        }
        _ => return VNode::empty(),
    };
    rsx! {
        Banner { tone: BannerTone::Info, title, text,
            LinkButton { to: Route::billing(tenant_id), "{link}" }
        }
    }
}

/// Whether every seat is taken.
pub fn full(list: &AgentList) -> bool {
    list.agents_active >= list.agent_quota
}
