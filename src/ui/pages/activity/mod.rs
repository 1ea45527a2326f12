//! Activity: what happened to the tenant's billing and agents, day by day.

mod filter;
mod sentence;

use crate::api;
use crate::model::{Activity as Entry, ActivityPage, ActivityTopic, Membership};
use crate::ui::Route;
use crate::ui::answer::use_answer;
use crate::ui::components::{Empty, ErrorPage, Heading, Pages};
use crate::ui::dates::{Dates, use_dates};
use crate::ui::layout::use_membership;
use crate::ui::live::use_on_change;
use crate::ui::words::{Words, use_words};
use dioxus::prelude::*;
use filter::Filter;
use sentence::Sentence;

/// The activity page; `topic` is what its entries are about, `before` the last entry of the previous
/// page.
#[component]
pub fn Activity(
    tenant_id: Option<String>,
    topic: Option<ActivityTopic>,
    before: Option<i64>,
) -> Element {
    let membership = use_membership(tenant_id.as_deref());
    rsx! {
        match membership {
            Ok(membership) => rsx! {
                ActivityOf { key: "{membership.tenant_id}", membership, tenant_id, topic, before }
            },
            Err(error) => rsx! {
                ErrorPage { error }
            },
        }
    }
}

#[component]
fn ActivityOf(
    membership: Membership,
    tenant_id: Option<String>,
    topic: Option<ActivityTopic>,
    before: Option<i64>,
) -> Element {
    // The old entries stay until the requested ones arrive.
    let mut asked = use_signal(|| (topic, before));
    use_effect(use_reactive!(|(topic, before)| {
        if *asked.peek() != (topic, before) {
            asked.set((topic, before));
        }
    }));
    let read = use_callback(move |(topic, before): (Option<ActivityTopic>, Option<i64>)| {
        api::activity(membership.tenant_id.clone(), before, topic, None)
    });
    let mut loaded = use_answer("activity", move || read.call(asked()))?;
    use_on_change(move |()| {
        Box::pin(async move {
            let now = *asked.peek();
            // An older page of the timeline doesn't change.
            if now.1.is_none() {
                let page = read.call(now).await?;
                if *asked.peek() == now {
                    loaded.set(Ok(page));
                }
            }
            Ok(())
        })
    });
    let words = use_words();
    rsx! {
        match loaded() {
            Ok(page) => rsx! {
                Heading { title: words.activity.title }
                Filter { tenant_id: tenant_id.clone(), topic }
                section { class: "card", aria_label: words.activity.timeline,
                    Timeline { page, tenant_id, topic, before }
                }
            },
            Err(error) => rsx! {
                ErrorPage { error }
            },
        }
    }
}

#[component]
fn Timeline(
    page: ActivityPage,
    tenant_id: Option<String>,
    topic: Option<ActivityTopic>,
    before: Option<i64>,
) -> Element {
    let (words, dates) = (use_words(), use_dates());
    let (title, text) = match (topic, before) {
        (_, Some(_)) => (words.activity.no_older, words.activity.no_older_text),
        (Some(_), None) => (words.activity.no_match, words.activity.no_match_text),
        (None, None) => (words.activity.empty, words.activity.empty_text),
    };
    let days = page.entries.chunk_by(|one, next| dates.day(one.at) == dates.day(next.at));
    let newest = Route::Activity { tenant_id: tenant_id.clone(), topic, before: None };
    let older = page.next.map(|next| Route::Activity { tenant_id, topic, before: Some(next) });
    rsx! {
        if page.entries.is_empty() {
            Empty { title, text }
        }
        {days.map(|entries| day(words, dates, entries))}
        Pages {
            back: before.map(|_| (newest, words.activity.newest)),
            next: older.map(|older| (older, words.activity.older)),
        }
    }
}

/// Keyed by the date, so that a new entry leaves the others of its day as they are.
fn day(words: &'static Words, dates: Dates, entries: &[Entry]) -> Element {
    let date = entries.first().map(|entry| dates.day(entry.at)).unwrap_or_default();
    rsx! {
        section { key: "{date}", class: "timeline",
            h2 { "{date}" }
            ol {
                {entries.iter().map(|entry| row(words, dates, entry))}
            }
        }
    }
}

fn row(words: &'static Words, dates: Dates, entry: &Entry) -> Element {
    let time = dates.time(entry.at);
    let said = Sentence { words, dates, entry };
    let exact = entry.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    rsx! {
        li { key: "{entry.id}",
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
            if let Some(event_id) = &entry.stripe_event_id {
                details {
                    summary { {words.activity.at_stripe} }
                    dl {
                        dt { {words.activity.event} }
                        dd { "{event_id}" }
                        if let Some(request_id) = &entry.stripe_request_id {
                            dt { {words.activity.request} }
                            dd { "{request_id}" }
                        }
                    }
                }
            }
        }
    }
}
