//! The subscription card.

use super::cancel::{CancelButton, ResumeButton};
use super::money::PortalButton;
use super::seats::SeatChange;
use super::subscribe::SubscribeForm;
use crate::api;
use crate::model::{MainAction, OnTenant, SubscriptionStatus, Tenant, day};
use crate::ui::components::{Badge, Button, ButtonKind, Meter};
use crate::ui::mutation::{MutationError, use_mutation};
use crate::ui::words;
use dioxus::fullstack::Json;
use dioxus::prelude::*;

/// The subscription, as Stripe last said, and what can be done about it.
#[component]
pub fn SubscriptionCard(tenant: Tenant, may_act: bool, onchange: Callback<Tenant>) -> Element {
    let policy = tenant.policy();
    let live = tenant.subscription_status.is_live();
    let (name, price) = match &tenant.plan {
        Some(plan) => (plan.name.clone(), plan.price_line()),
        None => {
            ("Subscription".to_owned(), "The price appears once Stripe has been read.".to_owned())
        }
    };
    rsx! {
        section { class: "card", aria_labelledby: "plan",
            header {
                div {
                    h2 { id: "plan", "{name}" }
                    p { class: "price", "{price}" }
                }
                Badge { tone: policy.tone, text: tenant.badge() }
            }
            match policy.action {
                MainAction::Subscribe | MainAction::Resubscribe => rsx! {
                    SubscribeForm { tenant: tenant.clone(), may_act }
                },
                MainAction::ManageBilling | MainAction::UpdatePayment => rsx! {
                    Facts { tenant: tenant.clone() }
                    if tenant.cancels_at.is_some() {
                        Ending { tenant: tenant.clone(), may_act, onchange }
                    }
                    if policy.access.allows_agents() {
                        SeatChange { tenant: tenant.clone(), may_act, onchange }
                    }
                    div { class: "actions",
                        PortalButton { tenant_id: tenant.id.clone(), action: policy.action, may_act }
                        if live && tenant.cancels_at.is_none() {
                            CancelButton { tenant: tenant.clone(), may_act, onchange }
                        }
                    }
                },
            }
            footer {
                Freshness { tenant, may_act, onchange }
                if !may_act {
                    p { "Only owners and admins can change billing. You can look." }
                }
            }
        }
    }
}

/// Usage, the trial or the period, and the sum, side by side.
#[component]
fn Facts(tenant: Tenant) -> Element {
    let Tenant { agents_active, agent_quota, .. } = tenant;
    let usage = format!("{agents_active} of {agent_quota} agents in use");
    let goes_on = tenant.policy().access.allows_agents() && tenant.cancels_at.is_none();
    let plan = tenant.plan.as_ref().filter(|_| goes_on);
    let total = plan.and_then(|plan| words::total(plan, agent_quota));
    rsx! {
        dl { class: "facts",
            div {
                dt { "Usage" }
                dd { "data-testid": "usage", "{usage}" }
                dd {
                    Meter { label: usage.clone(), used: agents_active, of: agent_quota }
                }
            }
            if let Some((term, date, note)) = next_date(&tenant) {
                div {
                    dt { "{term}" }
                    dd { "{date}" }
                    if let Some(note) = note {
                        dd { class: "note", "{note}" }
                    }
                }
            }
            if let Some(total) = total {
                div {
                    dt { if tenant.trial_ends_at.is_some() { "Price after the trial" } else { "Price" } }
                    dd { "{total}" }
                }
            }
        }
    }
}

/// The next day that matters: its name, the day, and what to know about it.
fn next_date(tenant: &Tenant) -> Option<(&'static str, String, Option<String>)> {
    let period_end = tenant.current_period_end.map(day);
    match tenant.subscription_status {
        SubscriptionStatus::Trialing => {
            let left = tenant.trial_days_left.map(words::days_left);
            Some(("Trial ends", day(tenant.trial_ends_at?), left))
        }
        SubscriptionStatus::Active if tenant.cancels_at.is_some() => None,
        SubscriptionStatus::Active => Some(("Next charge", period_end?, None)),
        SubscriptionStatus::PastDue => Some(("Paid period ends", period_end?, None)),
        SubscriptionStatus::None | SubscriptionStatus::Canceled | SubscriptionStatus::Unpaid => {
            None
        }
    }
}

/// A scheduled cancellation, and the way back.
#[component]
fn Ending(tenant: Tenant, may_act: bool, onchange: Callback<Tenant>) -> Element {
    let Some(end) = tenant.cancels_at else {
        return VNode::empty();
    };
    rsx! {
        div { class: "ending",
            div {
                strong { "Cancels on {day(end)}" }
                p { "Your agents work until then, and are turned off after." }
            }
            ResumeButton { tenant_id: tenant.id, may_act, onchange }
        }
    }
}

/// When Stripe was last read, and a button that reads it again.
#[component]
fn Freshness(tenant: Tenant, may_act: bool, onchange: Callback<Tenant>) -> Element {
    let mutation = use_mutation();
    let tenant_id = tenant.id.clone();
    let as_of = match tenant.synced_at {
        Some(time) => format!("As of {}", words::moment(time)),
        None => "Not read from Stripe yet".to_owned(),
    };
    rsx! {
        div { class: "freshness",
            span { "data-testid": "as-of", "{as_of}" }
            Button {
                kind: ButtonKind::Quiet,
                busy: mutation.busy(),
                disabled: !may_act,
                onclick: move |_| {
                    let body = OnTenant { tenant_id: tenant_id.clone() };
                    mutation.run(api::refresh(Json(body)), move |tenant| onchange.call(tenant));
                },
                "Refresh"
            }
        }
        MutationError { mutation }
    }
}
