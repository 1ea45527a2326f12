//! The subscription card.

use super::cancel::{CancelButton, ResumeButton};
use super::facts::Facts;
use super::load::Asked;
use super::portal::PortalButton;
use super::seats::SeatPicker;
use super::subscribe::SubscribeForm;
use crate::api;
use crate::model::{AgentCount, MainAction, OnTenant, Tenant};
use crate::ui::Route;
use crate::ui::browser;
use crate::ui::components::{Button, ButtonKind, PostForm, badge, use_toasts};
use crate::ui::dates::use_dates;
use crate::ui::mutation::{Mutation, use_mutation};
use crate::ui::visit::{Control, Done};
use crate::ui::words::{fill, use_words};
use dioxus::fullstack::Json;
use dioxus::prelude::*;

/// The subscription as last read from Stripe, and what can be done about it. `seats` is the number that
/// the address asks about, `asked` its quote.
#[component]
pub fn SubscriptionCard(
    tenant: Tenant,
    asked: Option<Asked>,
    seats: Option<AgentCount>,
    may_act: bool,
    onchange: Callback<Tenant>,
) -> Element {
    let (words, dates) = (use_words(), use_dates());
    // Created here because their buttons go as soon as the change is made.
    let (canceling, resuming) = (use_mutation(Control::Cancel), use_mutation(Control::Resume));
    let withdrawing = use_mutation(Control::Withdraw);
    let policy = tenant.policy();
    let live = tenant.subscription_status.is_live();
    let (name, price) = match &tenant.plan {
        Some(plan) if plan.name.is_empty() => {
            (words.billing.plan.to_owned(), words.price_line(plan))
        }
        Some(plan) => (plan.name.clone(), words.price_line(plan)),
        None => (words.billing.plan.to_owned(), words.billing.no_price.to_owned()),
    };
    rsx! {
        section { class: "card plan", aria_labelledby: "plan",
            header {
                div {
                    h2 { id: "plan", "{name}" }
                    p { class: "price", "{price}" }
                }
                {badge(policy.tone, &words.badge(&tenant, dates))}
            }
            match policy.action {
                MainAction::Subscribe => rsx! {
                    SubscribeForm { tenant: tenant.clone(), seats, may_act }
                },
                MainAction::Resubscribe => rsx! {
                    SubscribeForm { tenant: tenant.clone(), seats, may_act }
                    // Older invoices are there.
                    PortalButton {
                        tenant_id: tenant.id.clone(),
                        label: words.billing.all_invoices,
                        kind: ButtonKind::Quiet,
                        tells: true,
                        may_act,
                    }
                },
                MainAction::ManageBilling | MainAction::UpdatePayment => rsx! {
                    Facts { tenant: tenant.clone(), may_act }
                    if tenant.cancels_at.is_some() {
                        Ending { tenant: tenant.clone(), may_act, mutation: resuming, onchange }
                    }
                    if let Some(count) = tenant.pending_agent_count {
                        Pending { tenant: tenant.clone(), count, may_act, mutation: withdrawing, onchange }
                    }
                    if policy.access.allows_agents() {
                        SeatPicker { tenant: tenant.clone(), asked, may_act, onchange }
                    }
                    div { class: "actions",
                        PortalButton {
                            tenant_id: tenant.id.clone(),
                            label: words.action(policy.action),
                            // What is urgent is the banner's first button.
                            kind: ButtonKind::Secondary,
                            tells: true,
                            may_act,
                        }
                        if live {
                            CancelButton { tenant: tenant.clone(), may_act, mutation: canceling, onchange }
                        }
                    }
                },
            }
            footer {
                if tenant.stripe_customer_id.is_some() {
                    Freshness { tenant, may_act, onchange }
                }
                if !may_act {
                    p { {words.frame.may_look} }
                }
            }
        }
    }
}

/// A scheduled cancellation, and its withdrawal, which the banner offers while paused.
#[component]
fn Ending(
    tenant: Tenant,
    may_act: bool,
    mutation: Mutation,
    onchange: Callback<Tenant>,
) -> Element {
    let (words, dates) = (use_words(), use_dates());
    let Some(end) = tenant.cancels_at else {
        return VNode::empty();
    };
    let paused = tenant.is_paused();
    rsx! {
        div { class: "ending",
            div {
                strong { {fill(words.billing.cancels_on, &[&dates.day(end)])} }
                if tenant.policy().access.allows_agents() {
                    p { {words.billing.cancels_text} }
                }
            }
            if !paused {
                ResumeButton {
                    tenant_id: tenant.id,
                    label: words.billing.resume,
                    may_act,
                    mutation,
                    onchange,
                }
            }
        }
    }
}

/// A change that waits until the customer's bank has approved its payment, and its withdrawal.
#[component]
fn Pending(
    tenant: Tenant,
    count: u32,
    may_act: bool,
    mutation: Mutation,
    onchange: Callback<Tenant>,
) -> Element {
    let words = use_words();
    let toasts = use_toasts();
    let tenant_id = tenant.id.clone();
    // Asking for the same number again leads to what waits.
    let invoice = Route::Billing {
        tenant_id: Some(tenant.id.to_string()),
        session_id: None,
        seats: Some(count.into()),
    };
    rsx! {
        div { class: "ending", "data-testid": "pending",
            div {
                strong { {fill(words.billing.pending, &[&words.seats(count)])} }
                p { {words.billing.pending_text} }
                a { href: "{invoice}", {words.billing.show_invoice} }
            }
            PostForm {
                class: "control",
                action: "/billing/withdraw",
                tenant_id: tenant.id,
                onsubmit: move |_| {
                    let body = OnTenant { tenant_id: tenant_id.clone() };
                    mutation.run(api::withdraw(Json(body)), move |tenant| {
                        toasts.show(Done::of_withdrawal(count, tenant.agent_quota));
                        onchange.call(tenant);
                        browser::focus("content");
                    });
                },
                input { r#type: "hidden", name: "wanted", value: "{count}" }
                Button { r#type: "submit", busy: mutation.busy(), disabled: !may_act, {words.billing.withdraw} }
                {mutation.note()}
            }
        }
    }
}

/// When Stripe was last read, and a button to read it again.
#[component]
fn Freshness(tenant: Tenant, may_act: bool, onchange: Callback<Tenant>) -> Element {
    let (words, dates) = (use_words(), use_dates());
    let mutation = use_mutation(Control::Refresh);
    let toasts = use_toasts();
    let as_of = match tenant.synced_at {
        Some(time) => fill(words.billing.as_of, &[&dates.moment(time)]),
        None => words.billing.never_read.to_owned(),
    };
    let tenant_id = tenant.id.clone();
    rsx! {
        div { class: "freshness",
            span { "data-testid": "as-of", "{as_of}" }
            PostForm {
                action: "/billing/refresh",
                tenant_id: tenant.id,
                onsubmit: move |_| {
                    let body = OnTenant { tenant_id: tenant_id.clone() };
                    mutation.run(api::refresh(Json(body)), move |tenant| {
                        toasts.show(Done::Refreshed);
                        onchange.call(tenant);
                    });
                },
                Button {
                    kind: ButtonKind::Quiet,
                    r#type: "submit",
                    busy: mutation.busy(),
                    disabled: !may_act,
                    {words.billing.refresh}
                }
            }
        }
        {mutation.note()}
    }
}
