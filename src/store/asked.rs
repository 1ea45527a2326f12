//! Operators' requests to Stripe: whichever sync sees the outcome first attributes it to them.

use crate::model::{Actor, Money};
use chrono::TimeDelta;

/// How long an answered request may explain a change.
pub(crate) const ASKED_LATELY: TimeDelta = TimeDelta::minutes(10);
/// The same for an unanswered one: Stripe retries the delivery of its events for three days.
pub(crate) const UNANSWERED_SINCE: TimeDelta = TimeDelta::days(3);

/// An operator's request to Stripe.
#[derive(Debug)]
pub struct OperatorRequest {
    /// Its idempotency key.
    pub key: String,
    pub operator: Actor,
    pub request: Request,
}

/// What was asked for.
#[derive(Debug)]
pub enum Request {
    /// A confirmed quote. `amount` is what was charged for it immediately; negative for a credit.
    Quote { item_id: String, agent_count: u32, amount: Money },
    /// An intent, by its request text.
    Intent(String),
}

/// Reads the tenant's unanswered confirmations, and its recently confirmed quotes and recent intents,
/// that no timeline entry names yet.
macro_rules! asked {
    ($conn:ident, $tenant_id:expr, $now:expr) => {{
        use crate::store::QuoteState;
        use crate::store::activity::read_operator;
        use crate::store::columns::read_count;
        use crate::store::schema::{activity, intents, operators, quotes};
        let since = ($now - $crate::store::asked::ASKED_LATELY).naive_utc();
        let unanswered_since = ($now - $crate::store::asked::UNANSWERED_SINCE).naive_utc();
        let confirmed_at = quotes::confirmed_at.assume_not_null();
        let told = || activity::table.filter(activity::tenant_id.eq($tenant_id.as_str()));
        let confirmed: Vec<(
            String,
            String,
            String,
            String,
            i32,
            i64,
            i64,
            String,
            Option<String>,
        )> = quotes::table
            .inner_join(operators::table.on(quotes::operator_id.eq(operators::id.nullable())))
            .filter(quotes::tenant_id.eq($tenant_id.as_str()))
            .filter(
                quotes::state
                    .eq(QuoteState::Confirming.as_str())
                    .and(confirmed_at.ge(unanswered_since))
                    .or(quotes::state.eq(QuoteState::Done.as_str()).and(confirmed_at.ge(since))),
            )
            .filter(diesel::dsl::not(diesel::dsl::exists(
                told().filter(activity::idempotency_key.eq(quotes::id.nullable())),
            )))
            .order(quotes::confirmed_at.desc())
            .select((
                quotes::id,
                operators::id,
                operators::name,
                quotes::item_id,
                quotes::agent_count,
                quotes::amount_due,
                quotes::credit,
                quotes::currency,
                quotes::invoice_id,
            ))
            .load(&mut *$conn)
            .await?;
        let begun: Vec<(String, String, String, String)> = intents::table
            .inner_join(operators::table.on(intents::operator_id.eq(operators::id.nullable())))
            .filter(intents::tenant_id.eq($tenant_id.as_str()))
            .filter(intents::created_at.ge(since))
            .filter(diesel::dsl::not(diesel::dsl::exists(
                told().filter(activity::idempotency_key.eq(intents::id.nullable())),
            )))
            .order(intents::created_at.desc())
            .select((intents::id, operators::id, operators::name, intents::request))
            .load(&mut *$conn)
            .await?;
        let mut asked = Vec::with_capacity(confirmed.len() + begun.len());
        for (key, id, name, item_id, agent_count, due, credit, currency, awaited) in confirmed {
            // Whether and when an awaited payment is made is recorded by its own event.
            let amount = match awaited {
                Some(_) => 0,
                None if due > 0 => due,
                None => -credit,
            };
            let amount = crate::model::Money::new(amount, currency);
            let agent_count = read_count(agent_count.into())?;
            let request = Request::Quote { item_id, agent_count, amount };
            asked.push(OperatorRequest { key, operator: read_operator(&id, name)?, request });
        }
        for (key, id, name, request) in begun {
            let request = Request::Intent(request);
            asked.push(OperatorRequest { key, operator: read_operator(&id, name)?, request });
        }
        asked
    }};
}
pub(crate) use asked;
