//! Activity: what happened to the tenant's billing and agents, day by day.

mod sentence;

use crate::api::{self, ApiError};
use crate::model::{Activity as Entry, Membership};
use crate::ui::Route;
use crate::ui::clock::use_clock;
use crate::ui::components::{Empty, ErrorPage, Heading};
use crate::ui::layout::use_membership;
use crate::ui::words::use_words;
use dioxus::prelude::*;
use sentence::Sentence;

/// The activity page; `before` is the entry that an earlier page ended with.
#[component]
pub fn Activity(tenant_id: Option<String>, topic: Option<String>, before: Option<i64>) -> Element {
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
    let loaded = use_loader(move || {
        let request = api::activity(membership.tenant_id.clone(), before, None, None);
        async move { Ok::<_, ApiError>(request.await) }
    })?;
    let (words, clock) = (use_words(), use_clock());
    rsx! {
        match loaded() {
            Ok(page) => rsx! {
                Heading { title: words.activity.title }
                section { class: "card", aria_label: words.activity.timeline,
                    if page.entries.is_empty() {
                        Empty {
                            title: words.activity.empty,
                            text: words.activity.empty_text,
                        }
                    }
                    for of_a_day in page.entries.chunk_by(|one, next| clock.day(one.at) == clock.day(next.at)) {
                        Day { key: "{of_a_day[0].id}", entries: of_a_day.to_vec() }
                    }
                    if page.next.is_some() || before.is_some() {
                        footer { class: "pages",
                            if before.is_some() {
                                Link { to: Route::activity(tenant_id.clone()), {words.activity.newest} }
                            }
                            if let Some(next) = page.next {
                                Link { rel: "next", to: Route::Activity { tenant_id, topic: None, before: Some(next) }, {words.activity.older} }
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
    let clock = use_clock();
    let date = entries.first().map(|entry| clock.day(entry.at)).unwrap_or_default();
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
    let (words, clock) = (use_words(), use_clock());
    let time = clock.time(entry.at);
    let said = Sentence { words, clock, entry: &entry };
    let exact = entry.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    rsx! {
        li {
            div {
                strong { {said.text()} }
                p {
                    "{said.actor()} · "
                    time { datetime: "{exact}", "{time}" }
                }
            }
            if let Some(amount) = said.amount() {
                span { class: "amount", "{amount}" }
            }
            if let Some(event_id) = entry.stripe_event_id {
                details {
                    summary { {words.activity.at_stripe} }
                    dl {
                        dt { {words.activity.event} }
                        dd { "{event_id}" }
                        if let Some(request_id) = entry.stripe_request_id {
                            dt { {words.activity.request} }
                            dd { "{request_id}" }
                        }
                    }
                }
            }
        }
    }
}
