use crate::model::ActivityTopic;
use crate::ui::Route;
use crate::ui::components::open_in_place;
use crate::ui::words::{Words, use_words};
use dioxus::prelude::*;

/// Links to each topic's entries, and to all.
#[component]
pub fn Filter(tenant_id: Option<String>, topic: Option<ActivityTopic>) -> Element {
    let words = use_words();
    let choices = [None].into_iter().chain(ActivityTopic::ALL.map(Some)).map(|choice| {
        (choice, Route::Activity { tenant_id: tenant_id.clone(), topic: choice, before: None })
    });
    rsx! {
        nav { class: "segments filter", aria_label: words.activity.filter,
            for (choice , to) in choices {
                a {
                    key: "{choice:?}",
                    href: "{to}",
                    aria_current: (choice == topic).then_some("page"),
                    onclick: move |click| open_in_place(&click, &to),
                    {name(words, choice)}
                }
            }
        }
    }
}

fn name(words: &Words, topic: Option<ActivityTopic>) -> &'static str {
    match topic {
        None => words.activity.all,
        Some(ActivityTopic::Subscription) => words.activity.topic_subscription,
        Some(ActivityTopic::Seats) => words.activity.topic_seats,
        Some(ActivityTopic::Payments) => words.activity.topic_payments,
        Some(ActivityTopic::Agents) => words.activity.topic_agents,
        Some(ActivityTopic::Access) => words.activity.topic_access,
        Some(ActivityTopic::People) => words.activity.topic_people,
    }
}
