//! Activity: what happened to the tenant's billing and agents, day by day.

mod sentence;

use crate::api;
use crate::model::{Activity as Entry, Membership, day};
use crate::ui::Route;
use crate::ui::answer::use_answer;
use crate::ui::components::{Empty, ErrorPage, Heading};
use crate::ui::layout::use_membership;
use dioxus::prelude::*;
use sentence::{actor, amount, sentence};

/// The activity page; `before` is the entry that an earlier page ended with.
#[component]
pub fn Activity(tenant_id: Option<String>, before: Option<i64>) -> Element {
    let membership = use_membership(tenant_id.as_deref());
    rsx! {
        match membership {
            Ok(membership) => rsx! {
                ActivityOf { key: "{before:?}", membership, tenant_id, before }
            },
            Err(error) => rsx! {
                ErrorPage { error }
            },
        }
    }
}

#[component]
fn ActivityOf(membership: Membership, tenant_id: Option<String>, before: Option<i64>) -> Element {
    let loaded = use_answer(move || api::activity(membership.tenant_id.clone(), before))?;
    rsx! {
        match loaded() {
            Ok(page) => rsx! {
                Heading { title: "Activity" }
                section { class: "card", aria_label: "Timeline",
                    if page.entries.is_empty() {
                        Empty {
                            title: "Nothing has happened yet",
                            text: "Subscriptions, seats, payments and agents: whatever changes is written down here.",
                        }
                    }
                    for of_a_day in page.entries.chunk_by(|one, next| day(one.at) == day(next.at)) {
                        Day { key: "{of_a_day[0].id}", entries: of_a_day.to_vec() }
                    }
                    if page.next.is_some() || before.is_some() {
                        footer { class: "pages",
                            if before.is_some() {
                                Link { to: Route::activity(tenant_id.clone()), "Newest" }
                            }
                            if let Some(next) = page.next {
                                Link { rel: "next", to: Route::Activity { tenant_id, before: Some(next) }, "Older" }
                            }
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

#[component]
fn Day(entries: Vec<Entry>) -> Element {
    let date = entries.first().map(|entry| day(entry.at)).unwrap_or_default();
    rsx! {
        section { class: "timeline",
            h2 { "{date}" }
            ol {
                for entry in entries {
                    Row { key: "{entry.id}", entry }
                }
            }
        }
    }
}

#[component]
fn Row(entry: Entry) -> Element {
    let time = entry.at.format("%H:%M UTC").to_string();
    let exact = entry.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    rsx! {
        li {
            div {
                strong { "{sentence(&entry)}" }
                p {
                    "{actor(&entry)} · "
                    time { datetime: "{exact}", "{time}" }
                }
            }
            if let Some(amount) = amount(&entry) {
                span { class: "amount", "{amount}" }
            }
            if let Some(event_id) = entry.stripe_event_id {
                details {
                    summary { "At Stripe" }
                    dl {
                        dt { "Event" }
                        dd { "{event_id}" }
                        if let Some(request_id) = entry.stripe_request_id {
                            dt { "Request" }
                            dd { "{request_id}" }
                        }
                    }
                }
            }
        }
    }
}
