//! With a subscription: more agents or fewer.

use crate::api;
use crate::model::{AgentCount, ChangeQuantity, SubscriptionStatus, Tenant};
use crate::ui::components::{Button, ButtonKind, Stepper, read_count, use_toasts};
use crate::ui::mutation::{Mutation, MutationError, use_mutation};
use crate::ui::words;
use dioxus::fullstack::Json;
use dioxus::prelude::*;

/// The stepper; another number than today's opens the confirmation below it.
#[component]
pub fn SeatChange(tenant: Tenant, may_act: bool, onchange: Callback<Tenant>) -> Element {
    let mutation = use_mutation();
    let quota = tenant.agent_quota;
    let mut text = use_signal(|| quota.to_string());
    // A quota that changed elsewhere is the new starting point.
    use_effect(use_reactive!(|quota| text.set(quota.to_string())));
    let count = read_count(&text.read()).filter(|count| count.get() != quota);
    rsx! {
        div { class: "seats",
            Stepper {
                id: "seats",
                label: "Seats",
                text: text(),
                disabled: !may_act,
                onchange: move |typed| {
                    mutation.clear();
                    text.set(typed);
                },
            }
            match count {
                Some(count) => rsx! {
                    Confirmation {
                        tenant,
                        count,
                        mutation,
                        onchange,
                        onkeep: move |_| {
                            mutation.clear();
                            text.set(quota.to_string());
                        },
                    }
                },
                None => rsx! {
                    p { class: "hint",
                        "How many agents may work at once."
                        if may_act {
                            " Change the number to see what it costs."
                        }
                    }
                },
            }
        }
    }
}

#[component]
fn Confirmation(
    tenant: Tenant,
    count: AgentCount,
    mutation: Mutation,
    onchange: Callback<Tenant>,
    onkeep: EventHandler<()>,
) -> Element {
    let toasts = use_toasts();
    let in_trial = match tenant.subscription_status {
        SubscriptionStatus::Trialing => true,
        SubscriptionStatus::None
        | SubscriptionStatus::Active
        | SubscriptionStatus::PastDue
        | SubscriptionStatus::Canceled
        | SubscriptionStatus::Unpaid => false,
    };
    let sum = tenant.plan.as_ref().and_then(|plan| words::sum(plan, count.get()));
    let turned_off = tenant.agents_active.saturating_sub(count.get());
    let keep = words::agents(tenant.agent_quota);
    let tenant_id = tenant.id;
    rsx! {
        div { class: "confirm", role: "group", aria_label: "Confirm the change",
            div { role: "status",
                if let Some(sum) = sum {
                    strong { "data-testid": "sum", "{sum}" }
                }
                if in_trial {
                    p { "Nothing is charged during the trial." }
                }
                if turned_off > 0 {
                    p { "{words::agents(turned_off)} in use will be turned off, the newest first." }
                }
            }
            div { class: "actions",
                Button {
                    kind: ButtonKind::Primary,
                    busy: mutation.busy(),
                    onclick: move |_| {
                        let body = ChangeQuantity {
                            tenant_id: tenant_id.clone(),
                            agent_count: count,
                            quote_id: None,
                        };
                        mutation.run(api::change_quantity(Json(body)), move |tenant| {
                            toasts.show(format!("You now have {}.", words::agents(tenant.agent_quota)));
                            onchange.call(tenant);
                        });
                    },
                    "Confirm"
                }
                Button { kind: ButtonKind::Quiet, onclick: move |_| onkeep.call(()), "Keep {keep}" }
            }
            MutationError { mutation }
        }
    }
}
