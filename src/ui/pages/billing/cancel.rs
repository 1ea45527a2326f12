//! Cancelling at the period's end, and taking that back.

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
    let end = match tenant.subscription_status {
        SubscriptionStatus::Trialing => tenant.trial_ends_at,
        SubscriptionStatus::None
        | SubscriptionStatus::Active
        | SubscriptionStatus::PastDue
        | SubscriptionStatus::Canceled
        | SubscriptionStatus::Unpaid => tenant.current_period_end,
    };
    let until = match end {
        Some(end) => format!("until {}", day(end)),
        None => "until the end of the paid period".to_owned(),
    };
    let tenant_id = tenant.id;
    let cancel = move |_| {
        let body = Cancel { tenant_id: tenant_id.clone(), at: CancelAt::PeriodEnd };
        mutation.run(api::cancel(Json(body)), move |tenant| {
            toasts.show("Cancellation scheduled. You can resume until then.");
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
                p { "Your agents work {until}, and are turned off after. Until then you can resume." }
                div { class: "actions",
                    Button { "command": "close", "commandfor": DIALOG, "Keep it" }
                    Button {
                        kind: ButtonKind::Danger,
                        "command": "close",
                        "commandfor": DIALOG,
                        onclick: cancel,
                        "Cancel at period end"
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
