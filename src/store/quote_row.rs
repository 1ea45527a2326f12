//! A quote's row.

use crate::model::{AgentCount, OperatorId, Prorations, TenantId, Timestamp, spelled};
use crate::store::columns::{read_count, written_count};
use crate::store::schema::quotes;
use crate::store::{StoreError, StoreResult};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A seat change that was quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatQuote {
    /// Also the `Idempotency-Key` of the change.
    pub id: String,
    pub subscription_id: String,
    pub item_id: String,
    /// The number of seats before.
    pub from: u32,
    /// The number of seats after.
    pub to: AgentCount,
    pub in_trial: bool,
    /// What happens to its prorations, outside the trial.
    pub prorations: Prorations,
    /// Stripe's `proration_date`, in Unix seconds.
    pub proration_date: i64,
    /// What is charged immediately, in minor units of `currency`; so is `credit`, which is added to the
    /// customer's balance.
    pub amount_due: i64,
    pub credit: i64,
    pub currency: String,
    pub state: QuoteState,
    pub created_at: Timestamp,
    /// When it was last confirmed, that is, sent to Stripe.
    pub confirmed_at: Option<Timestamp>,
    /// Until when it can be confirmed.
    pub expires_at: Timestamp,
    /// The invoice whose payment the customer's bank wants confirmed.
    pub invoice_id: Option<String>,
}

/// A quote to keep; for its fields see [`SeatQuote`].
#[derive(Debug, Clone, Copy)]
pub struct NewSeatQuote<'a> {
    pub id: &'a str,
    pub subscription_id: &'a str,
    pub item_id: &'a str,
    pub from: u32,
    pub to: AgentCount,
    pub in_trial: bool,
    pub prorations: Prorations,
    pub proration_date: i64,
    pub amount_due: i64,
    pub credit: i64,
    pub currency: &'a str,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// Who asked for it.
    pub operator_id: Option<&'a OperatorId>,
}

spelled! {
    /// The state of a quote.
    QuoteState, "quotes.state" {
        Open = "open",
        /// Stripe was asked, or is about to be, and has not answered.
        Confirming = "confirming",
        Done = "done",
        /// It can't be confirmed any more, and nothing was charged.
        Void = "void",
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = quotes)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
pub(crate) struct QuoteRow {
    id: String,
    subscription_id: String,
    item_id: String,
    from_count: i32,
    agent_count: i32,
    in_trial: bool,
    prorations: String,
    proration_date: i64,
    amount_due: i64,
    credit: i64,
    currency: String,
    state: String,
    created_at: NaiveDateTime,
    confirmed_at: Option<NaiveDateTime>,
    expires_at: NaiveDateTime,
    invoice_id: Option<String>,
}

#[derive(Insertable)]
#[diesel(table_name = quotes)]
pub(crate) struct NewQuoteRow<'a> {
    id: &'a str,
    tenant_id: &'a str,
    subscription_id: &'a str,
    item_id: &'a str,
    from_count: i32,
    agent_count: i32,
    in_trial: bool,
    prorations: &'static str,
    proration_date: i64,
    amount_due: i64,
    credit: i64,
    currency: &'a str,
    state: &'static str,
    created_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    operator_id: Option<&'a str>,
}

impl QuoteRow {
    pub fn into_quote(self) -> StoreResult<SeatQuote> {
        let to = AgentCount::try_from(i64::from(self.agent_count));
        Ok(SeatQuote {
            id: self.id,
            subscription_id: self.subscription_id,
            item_id: self.item_id,
            from: read_count(self.from_count.into())?,
            to: to.map_err(|error| StoreError::Unreadable(format!("a quote's {error}")))?,
            in_trial: self.in_trial,
            prorations: self.prorations.parse()?,
            proration_date: self.proration_date,
            amount_due: self.amount_due,
            credit: self.credit,
            currency: self.currency,
            state: self.state.parse()?,
            created_at: self.created_at.and_utc(),
            confirmed_at: self.confirmed_at.map(|at| at.and_utc()),
            expires_at: self.expires_at.and_utc(),
            invoice_id: self.invoice_id,
        })
    }
}

impl<'a> NewSeatQuote<'a> {
    pub(crate) fn row(&self, tenant_id: &'a TenantId) -> NewQuoteRow<'a> {
        NewQuoteRow {
            id: self.id,
            tenant_id: tenant_id.as_str(),
            subscription_id: self.subscription_id,
            item_id: self.item_id,
            from_count: written_count(self.from),
            agent_count: written_count(self.to.get()),
            in_trial: self.in_trial,
            prorations: self.prorations.as_str(),
            proration_date: self.proration_date,
            amount_due: self.amount_due,
            credit: self.credit,
            currency: self.currency,
            state: QuoteState::Open.as_str(),
            created_at: self.created_at.naive_utc(),
            expires_at: self.expires_at.naive_utc(),
            operator_id: self.operator_id.map(OperatorId::as_str),
        }
    }
}
