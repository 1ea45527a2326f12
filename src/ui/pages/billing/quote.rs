//! What another number of seats costs, to the cent, and the button that buys it.

use crate::api::{self, ApiResult};
use crate::model::{AgentCount, AgentId, AskQuote, ChangeQuantity, Quote, Tenant, TenantId};
use crate::ui::components::{Button, ButtonKind, ErrorNote, use_toasts};
use crate::ui::mutation::{Mutation, MutationError};
use crate::ui::pages::billing::leavers::Leavers;
use crate::ui::pause::pause;
use crate::ui::words;
use dioxus::fullstack::Json;
use dioxus::prelude::*;

/// A number that stands this long, in milliseconds, is asked about: many clicks are one question.
const STEADY: u32 = 300;

/// Shows the quote for a number of seats, and confirms it.
#[component]
pub fn Confirmation(
    tenant: Tenant,
    count: AgentCount,
    mutation: Mutation,
    onchange: Callback<Tenant>,
    onkeep: EventHandler<()>,
) -> Element {
    let toasts = use_toasts();
    let tenant_id = tenant.id.clone();
    let mut quoted = use_resource(use_reactive!(|(tenant_id, count)| ask(tenant_id, count)));
    // What could not be confirmed is asked for anew; what waits for the customer elsewhere is kept, to
    // be confirmed again once they are back.
    use_effect(move || {
        if mutation.error().is_some_and(|error| error.url.is_none()) {
            quoted.restart();
        }
    });
    let answer = quoted.read().clone();
    let quote = match &answer {
        Some(Ok(quote)) if quote.agent_count == count && !quoted.pending() => Some(quote.clone()),
        _ => None,
    };
    let failure = answer.and_then(Result::err).filter(|_| !quoted.pending());
    let surplus = tenant.agents_active.saturating_sub(count.get()) as usize;
    let turn_off = use_signal(Vec::<AgentId>::new);
    let keep = words::agents(tenant.agent_quota);
    let chosen = surplus == 0 || turn_off.read().len() == surplus;
    let (ready, tenant_id) = (quote.is_some() && chosen, tenant.id.clone());
    let quote_id = quote.as_ref().map(|quote| quote.quote_id.clone());
    rsx! {
        div { class: "confirm", role: "group", aria_label: "Confirm the change",
            div { role: "status",
                if let Some(sum) = tenant.plan.as_ref().and_then(|plan| words::sum(plan, count.get())) {
                    p { "data-testid": "sum", "{sum}" }
                }
                match &quote {
                    Some(quote) => rsx! {
                        strong { "data-testid": "quote", "{words::cost(quote)}" }
                        for line in words::discounts_and_taxes(quote) {
                            p { key: "{line}", "data-testid": "of-it", "{line}" }
                        }
                        p { "{words::next_invoice(quote)}" }
                    },
                    None => rsx! {
                        strong { class: "waiting", "Working out the exact amount…" }
                        p { class: "waiting", "\u{a0}" }
                    },
                }
            }
            if surplus > 0 {
                Leavers { tenant_id: tenant.id.clone(), surplus, turn_off }
            }
            div { class: "actions",
                Button {
                    kind: ButtonKind::Primary,
                    busy: mutation.busy(),
                    disabled: !ready,
                    onclick: move |_| {
                        let body = ChangeQuantity {
                            tenant_id: tenant_id.clone(),
                            agent_count: count,
                            quote_id: quote_id.clone(),
                            turn_off: if surplus > 0 { turn_off() } else { Vec::new() },
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
            if let Some(failure) = failure {
                ErrorNote { message: failure.message }
                Button { onclick: move |_| quoted.restart(), "Ask again" }
            }
            MutationError { mutation }
        }
    }
}

async fn ask(tenant_id: TenantId, agent_count: AgentCount) -> ApiResult<Quote> {
    pause(STEADY).await;
    api::quote(Json(AskQuote { tenant_id, agent_count })).await
}
