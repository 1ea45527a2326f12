//! Without a subscription: how many agents, for what sum, and on to Checkout.

use crate::api;
use crate::model::{AgentCount, MainAction, StartCheckout, Tenant, TenantId};
use crate::ui::Route;
use crate::ui::components::{Button, ButtonKind, PostForm, Stepper, read_count, step_form};
use crate::ui::mutation::{Mutation, use_mutation};
use crate::ui::visit::Control;
use crate::ui::words::{fill, use_words};
use dioxus::fullstack::Json;
use dioxus::prelude::*;

const STEP_FORM: &str = "order-step";

/// The offer, the stepper, and Subscribe or Resubscribe.
#[component]
pub fn SubscribeForm(tenant: Tenant, seats: Option<AgentCount>, may_act: bool) -> Element {
    let words = use_words();
    let mutation = use_mutation(Control::Subscribe);
    // Enough for all agents, active or waiting.
    let wanted = tenant.agents_active.saturating_add(tenant.agents_waiting).max(1);
    let first = seats.map_or(wanted, AgentCount::get);
    let mut text = use_signal(|| first.to_string());
    let count = read_count(&text.read());
    let action = tenant.policy().action;
    let sum = match (&tenant.plan, count) {
        (Some(plan), Some(count)) => words.sum(plan, count.get()),
        _ => None,
    };
    let due = if tenant.trial_available { words.billing.due_later } else { words.billing.due_now };
    let tenant_id = tenant.id.clone();
    rsx! {
        Offer { tenant: tenant.clone(), action }
        {step_form(STEP_FORM, &tenant.id)}
        PostForm {
            class: "order",
            action: "/billing/checkout",
            tenant_id: tenant.id,
            onsubmit: move |_| {
                if let Some(count) = count {
                    start(mutation, tenant_id.clone(), count);
                }
            },
            Stepper {
                id: "agent-count",
                label: words.billing.how_many,
                name: "agent_count",
                step_form: STEP_FORM,
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
            Button {
                kind: ButtonKind::Primary,
                r#type: "submit",
                busy: mutation.busy(),
                disabled: !may_act || count.is_none(),
                {words.action(action)}
            }
            {mutation.note()}
        }
    }
}

#[component]
fn Offer(tenant: Tenant, action: MainAction) -> Element {
    let words = use_words();
    let unit = tenant.plan.as_ref().map(|plan| words.price_line(plan));
    let said = &words.billing;
    let (lead, text) = match tenant.agents_waiting {
        0 => (said.welcome_back_nobody_waits, said.ended_text_nobody_waits),
        _ => (said.welcome_back, said.ended_text),
    };
    rsx! {
        div { class: "offer",
            if action == MainAction::Resubscribe {
                p { class: "lead", {lead} }
                p { {text} }
            } else {
                p { class: "lead", {words.billing.welcome} }
            }
            if tenant.trial_available {
                p { class: "trial", {words.billing.trial_lead} }
                ul {
                    li { {words.billing.offer_access} }
                    if let Some(unit) = unit {
                        li { {fill(words.billing.offer_price, &[&unit])} }
                    }
                    li { {words.billing.offer_card} }
                    li { {words.billing.offer_cancel} }
                }
            } else {
                p { {words.billing.no_trial} }
            }
        }
    }
}

/// On to Checkout. The number stays in the address, for those who come back with the browser's Back.
fn start(mutation: Mutation, tenant_id: TenantId, agent_count: AgentCount) {
    mutation.leave(async move {
        let tenant = Some(tenant_id.to_string());
        let body = StartCheckout { tenant_id, agent_count };
        let answer = api::start_checkout(Json(body)).await?;
        let seats = Some(agent_count.get().into());
        navigator().replace(Route::Billing { tenant_id: tenant, session_id: None, seats });
        Ok(answer.checkout_url)
    });
}
