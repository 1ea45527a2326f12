//! Cancelling, at the period's end or now, and taking that back.

use crate::api;
use crate::model::{Cancel, CancelAt, OnTenant, SubscriptionStatus, Tenant, TenantId, day};
use crate::ui::components::{Button, ButtonKind, Dialog, use_toasts};
use crate::ui::mutation::{MutationError, use_mutation};
use dioxus::fullstack::Json;
use dioxus::prelude::*;

const DIALOG: &str = "cancel-dialog";

/// A quiet way out, with a question in between.
#[component]
pub fn CancelButton(tenant: Tenant, may_act: bool, onchange: Callback<Tenant>) -> Element {
    let mutation = use_mutation();
    let toasts = use_toasts();
    let (end_of, at_once, end) = match tenant.subscription_status {
        SubscriptionStatus::Trialing => (
            "At the end of the trial",
            "Your agents are turned off at once, and nothing is charged.",
            tenant.trial_ends_at,
        ),
        SubscriptionStatus::None
        | SubscriptionStatus::Active
        | SubscriptionStatus::PastDue
        | SubscriptionStatus::Canceled
        | SubscriptionStatus::Unpaid => (
            "At the end of the period",
            "Your agents are turned off at once. What is paid already is not refunded.",
            tenant.current_period_end,
        ),
    };
    let until = match end {
        Some(end) => format!("until {}", day(end)),
        None => "until the end of the paid period".to_owned(),
    };
    let tenant_id = tenant.id;
    let mut at = use_signal(CancelAt::default);
    let cancel = move |_| {
        let at = at();
        let body = Cancel { tenant_id: tenant_id.clone(), at };
        mutation.run(api::cancel(Json(body)), move |tenant| {
            toasts.show(match at {
                CancelAt::PeriodEnd => "Cancellation scheduled. You can resume until then.",
                CancelAt::Now => "The subscription has ended.",
            });
            onchange.call(tenant);
        });
    };
    rsx! {
        div { class: "control",
            Button {
                kind: ButtonKind::Quiet,
                busy: mutation.busy(),
                disabled: !may_act,
                "command": "show-modal",
                "commandfor": DIALOG,
                "Cancel subscription"
            }
            MutationError { mutation }
        }
        if may_act {
            Dialog { id: DIALOG, title: "Cancel the subscription?",
                fieldset { class: "choice",
                    legend { class: "unseen", "When" }
                    label {
                        input {
                            r#type: "radio",
                            name: "cancel-at",
                            checked: at() == CancelAt::PeriodEnd,
                            onchange: move |_| at.set(CancelAt::PeriodEnd),
                        }
                        span {
                            strong { "{end_of}" }
                            "Your agents work {until}. Until then you can resume."
                        }
                    }
                    label {
                        input {
                            r#type: "radio",
                            name: "cancel-at",
                            checked: at() == CancelAt::Now,
                            onchange: move |_| at.set(CancelAt::Now),
                        }
                        span {
                            strong { "Now" }
                            "{at_once}"
                        }
                    }
                }
                div { class: "actions",
                    Button { "command": "close", "commandfor": DIALOG, "Keep it" }
                    Button {
                        kind: ButtonKind::Danger,
                        "command": "close",
                        "commandfor": DIALOG,
                        onclick: cancel,
                        "End the subscription"
                    }
                }
            }
        }
    }
}

/// Takes a scheduled cancellation back.
#[component]
pub fn ResumeButton(tenant_id: TenantId, may_act: bool, onchange: Callback<Tenant>) -> Element {
    let mutation = use_mutation();
    let toasts = use_toasts();
    rsx! {
        div { class: "control",
            Button {
                kind: ButtonKind::Primary,
                busy: mutation.busy(),
                disabled: !may_act,
                onclick: move |_| {
                    let body = OnTenant { tenant_id: tenant_id.clone() };
                    mutation.run(api::resume(Json(body)), move |tenant| {
                        toasts.show("Welcome back: the subscription goes on.");
                        onchange.call(tenant);
                    });
                },
                "Resume"
            }
            MutationError { mutation }
        }
    }
}
