//! Without a subscription: how many agents, for what sum, and off to Checkout.

use super::money::action_label;
use crate::api;
use crate::model::{AgentCount, MainAction, StartCheckout, Tenant, TenantId};
use crate::ui::components::{Button, ButtonKind, Stepper, read_count};
use crate::ui::mutation::{Mutation, MutationError, use_mutation};
use crate::ui::words;
use dioxus::fullstack::Json;
use dioxus::prelude::*;

/// The offer, the stepper, and Subscribe or Resubscribe.
#[component]
pub fn SubscribeForm(tenant: Tenant, may_act: bool) -> Element {
    let mutation = use_mutation();
    let mut text = use_signal(|| tenant.agents_active.max(1).to_string());
    let count = read_count(&text.read());
    let action = tenant.policy().action;
    let sum = match (&tenant.plan, count) {
        (Some(plan), Some(count)) => words::sum(plan, count.get()),
        _ => None,
    };
    let due =
        if tenant.trial_available { "Nothing to pay for 14 days, then:" } else { "To pay today:" };
    let tenant_id = tenant.id.clone();
    rsx! {
        Offer { tenant, action }
        form {
            class: "order",
            onsubmit: move |event| {
                event.prevent_default();
                if let Some(count) = count {
                    start(mutation, tenant_id.clone(), count);
                }
            },
            Stepper {
                id: "agent-count",
                label: "Agents",
                text: text(),
                disabled: !may_act,
                onchange: move |typed| {
                    mutation.clear();
                    text.set(typed);
                },
            }
            p { class: "sum", role: "status",
                if let Some(sum) = sum {
                    span { "{due}" }
                    strong { "data-testid": "sum", "{sum}" }
                }
            }
            div { class: "control",
                Button {
                    kind: ButtonKind::Primary,
                    r#type: "submit",
                    busy: mutation.busy(),
                    disabled: !may_act || count.is_none(),
                    {action_label(action)}
                }
                MutationError { mutation }
            }
        }
    }
}

#[component]
fn Offer(tenant: Tenant, action: MainAction) -> Element {
    let unit = tenant.plan.map(|plan| plan.price_line());
    rsx! {
        div { class: "offer",
            if action == MainAction::Resubscribe {
                p { "Your subscription has ended, and your agents are off. Resubscribe to turn them back on." }
            }
            if tenant.trial_available {
                p { class: "lead", "14-day free trial" }
                ul {
                    li { "Full access from the first minute" }
                    if let Some(unit) = unit {
                        li { "{unit} after the trial" }
                    }
                    li { "Card required, cancel any time" }
                }
            } else {
                p { "Your free trial is used up: the subscription starts without one, and is charged at once. Cancel any time." }
            }
        }
    }
}

fn start(mutation: Mutation, tenant_id: TenantId, agent_count: AgentCount) {
    mutation.leave(async move {
        let body = StartCheckout { tenant_id, agent_count };
        let answer = api::start_checkout(Json(body)).await?;
        Ok(answer.checkout_url)
    });
}
