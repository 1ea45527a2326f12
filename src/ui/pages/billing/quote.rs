//! The exact cost of another number of seats, and the button that buys it.

use super::leavers::Leavers;
use super::load::Asked;
use super::seats::SEATS;
use crate::api::{self, ApiResult};
use crate::model::{
    AgentCount, AgentId, AskQuote, ChangeQuantity, ErrorCode, Quote, Tenant, Timestamp,
};
use crate::ui::Route;
use crate::ui::browser::{self, pause};
use crate::ui::choice::use_ticked_before;
use crate::ui::components::{Button, ButtonKind, Failure, PostForm, use_toasts};
use crate::ui::dates::{Dates, use_dates, use_hydrated};
use crate::ui::live::{Connection, use_connection};
use crate::ui::mutation::Mutation;
use crate::ui::visit::{Control, Done};
use crate::ui::words::{Words, fill, plural, use_words};
use dioxus::fullstack::Json;
use dioxus::prelude::*;

/// How long a number must stand before it is quoted, in milliseconds: debounces clicks.
const STEADY: u32 = 300;

/// A number of seats with its quote, or why there is none.
type Answer = (AgentCount, ApiResult<Quote>);

/// Shows the quote for a number of seats, and confirms it. `asked` is what came with the page.
#[component]
pub fn QuoteForm(
    tenant: Tenant,
    asked: Option<Asked>,
    count: AgentCount,
    mutation: Mutation,
    onchange: Callback<Tenant>,
    onkeep: EventHandler<()>,
) -> Element {
    let (words, dates, hydrated) = (use_words(), use_dates(), use_hydrated());
    let toasts = use_toasts();
    let in_use = asked.as_ref().map(|asked| asked.in_use.clone()).unwrap_or_default();
    let (answer, ask_again) = use_quote(&tenant, count, asked, mutation);
    let answer = answer.read().clone().filter(|(of, _)| *of == count);
    let (quote, failure) = match answer {
        Some((_, Ok(quote))) => (Some(quote), None),
        Some((_, Err(error))) => (None, Some(error)),
        None => (None, None),
    };
    let surplus = tenant.agents_active.saturating_sub(count.get());
    let come_back = count.get().saturating_sub(tenant.agents_active).min(tenant.agents_waiting);
    let come_back = if count.get() > tenant.agent_quota { come_back } else { 0 };
    let ticked_before = use_ticked_before(&Control::Seats).filter(|ids| !ids.is_empty());
    let turn_off = use_signal(|| ticked_before.unwrap_or_else(|| newest(&in_use, surplus)));
    let chosen = surplus == 0 || turn_off.read().len() == surplus as usize;
    // Until an invoice is paid there is no quote.
    let owed = failure.as_ref().is_some_and(|failure| {
        matches!(failure.code, ErrorCode::PaymentRequired | ErrorCode::PaymentActionRequired)
    });
    let said = failure.as_ref().map(|failure| failure.code);
    // The button keeps the focus while it waits for the amount.
    let waits = quote.is_none() && failure.is_none();
    // Without scripts, the button can't follow what is ticked.
    let ready = failure.is_none() && (chosen || !hydrated);
    // Once the change waits for the bank, the next step is to pay on the invoice.
    let waits_for_bank = mutation.error().is_some_and(|error| error.url.is_some());
    let kind = if waits_for_bank { ButtonKind::Secondary } else { ButtonKind::Primary };
    let quote_id = quote.as_ref().map(|quote| quote.quote_id.clone());
    let sum = tenant.plan.as_ref().and_then(|plan| words.sum(plan, count.get()));
    let ends_at = tenant.ends_with_period();
    let keep = plural(words.billing.keep_seats, tenant.agent_quota);
    let today = Route::billing(Some(tenant.id.to_string())).to_string();
    let confirm = {
        let (tenant_id, quote_id) = (tenant.id.clone(), quote_id.clone());
        move |_| {
            let body = ChangeQuantity {
                tenant_id: tenant_id.clone(),
                agent_count: count,
                quote_id: quote_id.clone(),
                turn_off: if surplus > 0 { turn_off() } else { Vec::new() },
            };
            mutation.run(api::change_quantity(Json(body)), move |tenant| {
                toasts.show(Done::SeatsChanged(tenant.agent_quota));
                onchange.call(tenant);
                browser::focus(SEATS);
            });
        }
    };
    rsx! {
        PostForm {
            class: "confirm",
            action: "/billing/quantity",
            tenant_id: tenant.id.clone(),
            onsubmit: confirm,
            aria_label: words.billing.confirm_change,
            input { r#type: "hidden", name: "agent_count", value: "{count}" }
            if let Some(quote_id) = quote_id {
                input { r#type: "hidden", name: "quote_id", value: "{quote_id}" }
            }
            div { role: "status",
                if let Some(sum) = sum {
                    p { "data-testid": "sum", "{sum}" }
                }
                match &quote {
                    Some(quote) => rsx! {
                        if let Some(unpaid) = &tenant.unpaid_invoice {
                            p { {words.stays_due(unpaid, ends_at)} }
                        }
                        {price(words, dates, quote, ends_at)}
                        if come_back > 0 {
                            p { "data-testid": "come-back", {plural(words.billing.come_back, come_back)} }
                        }
                    },
                    None if failure.is_none() => rsx! {
                        strong { class: "waiting", {words.billing.working_out} }
                        p { class: "waiting", "\u{a0}" }
                    },
                    None => VNode::empty(),
                }
            }
            if surplus > 0 {
                Leavers {
                    tenant_id: tenant.id.clone(),
                    in_use,
                    active: tenant.agents_active,
                    surplus,
                    turn_off,
                }
            }
            div { class: "actions",
                Button {
                    kind,
                    r#type: "submit",
                    busy: mutation.busy() || waits,
                    disabled: !ready,
                    {words.billing.confirm}
                }
                a {
                    class: "button",
                    "data-kind": "quiet",
                    href: "{today}",
                    aria_disabled: mutation.busy().then_some("true"),
                    onclick: move |event| {
                        event.prevent_default();
                        // It doesn't revert a change in flight.
                        if !mutation.busy() {
                            onkeep.call(());
                            browser::focus(SEATS);
                        }
                    },
                    "{keep}"
                }
            }
            if let Some(failure) = failure {
                Failure { error: failure }
                if !owed {
                    Button {
                        onclick: move |_| {
                            ask_again.call(());
                            browser::focus(SEATS);
                        },
                        {words.billing.ask_again}
                    }
                }
            }
            // The quote's error may have said so.
            if mutation.error().is_none_or(|error| Some(error.code) != said) {
                {mutation.note()}
            }
        }
    }
}

/// What the change costs, today and from then on.
fn price(words: &Words, dates: Dates, quote: &Quote, ends_at: Option<Timestamp>) -> Element {
    rsx! {
        strong { "data-testid": "quote", {words.cost(quote, ends_at)} }
        for line in words.parts_of_cost(quote) {
            p { key: "{line}", "data-testid": "of-it", "{line}" }
        }
        p { {words.next_invoice(quote, ends_at, dates)} }
        if let Some(count) = quote.replaces {
            p { "data-testid": "replaces",
                {fill(words.billing.replaces, &[&words.seats(count.get())])}
            }
        }
    }
}

/// The quote for this number of seats, requested when the number has stood for a moment, when the
/// tenant's seats or status have changed, and when no change waits for the bank any more; and a callback
/// to request it again.
fn use_quote(
    tenant: &Tenant,
    count: AgentCount,
    asked: Option<Asked>,
    mutation: Mutation,
) -> (Signal<Option<Answer>>, Callback<()>) {
    let mut answer = use_signal(|| asked.map(|asked| (asked.count, asked.quote)));
    let mut wanted = use_signal(|| count);
    let tenant_id = tenant.id.clone();
    let ask = use_callback(move |wait: u32| {
        let tenant_id = tenant_id.clone();
        spawn(async move {
            let count = *wanted.peek();
            pause(wait).await;
            if *wanted.peek() == count {
                let body = AskQuote { tenant_id, agent_count: count };
                let quote = api::quote(Json(body)).await;
                if *wanted.peek() == count {
                    answer.set(Some((count, quote)));
                }
            }
        });
    });
    let now = (tenant.agent_quota, tenant.subscription_status, tenant.pending_agent_count);
    let mut from = use_signal(|| now);
    use_effect(use_reactive!(|count, now| {
        wanted.set(count);
        let before = from.replace(now);
        // A change that begins to wait for the bank says so itself, and one in flight gives up another.
        let waits = before.2.is_none() && now.2.is_some();
        let changed = before != now && !waits && !mutation.is_in_flight();
        if changed || answer.peek().as_ref().is_none_or(|(of, _)| *of != count) {
            answer.set(None);
            ask.call(STEADY);
        }
    }));
    let again = use_callback(move |()| {
        answer.set(None);
        ask.call(0);
    });
    // What could not be asked while the portal was away is asked once it is back.
    let connection = use_connection();
    use_effect(move || {
        let is_back = connection() == Connection::Live;
        if is_back && matches!(&*answer.peek(), Some((_, Err(error))) if error.status == 0) {
            again.call(());
        }
    });
    // Requotes what could not be confirmed; what waits for the customer elsewhere is kept, to be
    // confirmed again once they are back.
    let mut failed = use_signal(|| mutation.error().is_some());
    use_effect(move || {
        let now = mutation.error();
        let fails = now.is_some();
        if fails && !*failed.peek() && now.is_some_and(|error| error.url.is_none()) {
            again.call(());
        }
        failed.set(fails);
    });
    (answer, again)
}

/// The `surplus` newest of these agents.
pub fn newest(in_use: &[crate::model::Agent], surplus: u32) -> Vec<AgentId> {
    in_use.iter().rev().take(surplus as usize).map(|agent| agent.id.clone()).collect()
}
