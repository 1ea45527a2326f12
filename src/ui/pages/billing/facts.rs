//! The subscription in numbers: usage, the trial or the period, and the sum.

use crate::model::{SubscriptionStatus, TRIAL_DAYS, Tenant};
use crate::ui::Route;
use crate::ui::components::{meter, open_in_place};
use crate::ui::dates::{Dates, use_dates};
use crate::ui::words::{Words, fill, plural, use_words};
use dioxus::prelude::*;

/// Usage, the trial or the period, and the sum, side by side.
#[component]
pub fn Facts(tenant: Tenant, may_act: bool) -> Element {
    let (words, dates) = (use_words(), use_dates());
    let Tenant { agents_active, agent_quota, .. } = tenant;
    let agents = Route::agents(Some(tenant.id.to_string()));
    let works = tenant.policy().access.allows_agents();
    let counts = [agents_active, agent_quota].map(|count| count.to_string());
    let usage = match works {
        true => fill(words.billing.in_use, &[&counts[0], &counts[1]]),
        false => plural(words.billing.waiting, tenant.agents_waiting),
    };
    let goes_on = works && tenant.ends_with_period().is_none();
    let plan = tenant.plan.as_ref().filter(|_| goes_on);
    let sum = plan.and_then(|plan| words.sum(plan, agent_quota));
    let trial = tenant.trial_days_left.filter(|_| tenant.trial_ends_at.is_some());
    rsx! {
        dl { class: "facts",
            div {
                dt { {words.billing.usage} }
                dd { "data-testid": "usage", "{usage}" }
                if works {
                    dd {
                        {meter(&usage, agents_active, agent_quota)}
                    }
                    if agents_active == 0 && may_act {
                        dd {
                            a {
                                href: "{agents}",
                                onclick: move |click| open_in_place(&click, &agents),
                                {words.billing.to_agents}
                            }
                        }
                    }
                }
            }
            if let Some((term, date)) = next_date(&tenant, words, dates) {
                div {
                    dt { "{term}" }
                    dd { "{date}" }
                    if let Some(left) = trial {
                        {trial_progress(words, left)}
                    }
                }
            }
            if let Some(sum) = sum {
                div {
                    dt {
                        if trial.is_some() { {words.billing.price_after_trial} } else { {words.billing.price} }
                    }
                    dd { "{sum}" }
                }
            }
        }
    }
}

/// How far the trial has come, drawn and in days. The start of one extended at Stripe is unknown here,
/// so it is shown at day 1.
fn trial_progress(words: &Words, left: u32) -> Element {
    let day = (TRIAL_DAYS + 1).saturating_sub(left).max(1);
    let day = day.min(TRIAL_DAYS);
    let label = fill(words.billing.trial_progress, &[&day.to_string(), &TRIAL_DAYS.to_string()]);
    rsx! {
        dd {
            {meter(&label, day, TRIAL_DAYS)}
        }
        dd { class: "note", {plural(words.billing.days_left, left)} }
    }
}

/// The next date that matters, and its label.
fn next_date(tenant: &Tenant, words: &Words, dates: Dates) -> Option<(&'static str, String)> {
    let period_end = tenant.current_period_end.map(|end| dates.day(end));
    match tenant.subscription_status {
        SubscriptionStatus::Trialing => {
            Some((words.billing.trial_end, dates.day(tenant.trial_ends_at?)))
        }
        SubscriptionStatus::Active if tenant.ends_with_period().is_some() => None,
        SubscriptionStatus::Active => Some((words.billing.next_charge, period_end?)),
        SubscriptionStatus::PastDue
        | SubscriptionStatus::None
        | SubscriptionStatus::Canceled
        | SubscriptionStatus::Unpaid => None,
    }
}
