//! Quotes for changes of seats.

use crate::model::{AgentId, TenantId, Timestamp};
use crate::store::activity::tell;
use crate::store::agents::choose_leaving;
use crate::store::schema::{quotes, tenants};
use crate::store::tenants::read_id;
use crate::store::{
    Db, NewActivity, StoreResult, can_not_be_kept, change, literally, query, read, transaction,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// What the index of quotes being confirmed is over: a tenant has one at most.
const CONFIRMING: &str = "quotes.state = 'confirming'";
/// How long quotes are kept after they were made.
const KEPT: TimeDelta = TimeDelta::days(7);

/// A quote as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = quotes)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
pub struct QuoteRow {
    /// Also the `Idempotency-Key` of the change.
    pub id: String,
    pub tenant_id: String,
    pub subscription_id: String,
    pub item_id: String,
    pub from_count: i32,
    pub agent_count: i32,
    pub in_trial: bool,
    pub proration_date: i64,
    pub amount_due: i64,
    pub credit: i64,
    pub state: String,
    pub created_at: NaiveDateTime,
    /// When it was last confirmed, and Stripe asked.
    pub confirmed_at: Option<NaiveDateTime>,
    pub expires_at: NaiveDateTime,
    /// Who asked for it.
    pub operator_id: Option<String>,
    /// The invoice whose payment the customer's bank wants confirmed.
    pub invoice_id: Option<String>,
    pub currency: String,
}

/// How far a quote has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuoteState {
    Open,
    /// Stripe was asked, or is about to be, and the answer is not in.
    Confirming,
    Done,
    /// It can't be confirmed any more, and nothing was charged.
    Void,
}

impl QuoteState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirming => "confirming",
            Self::Done => "done",
            Self::Void => "void",
        }
    }
}

/// What came of claiming a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It is being confirmed now.
    Claimed,
    /// Another quote of the tenant's is being confirmed.
    AnotherIs,
    /// It isn't open any more, or the tenant has other seats than those it starts from: a change that
    /// was made since they were looked at.
    Changed,
}

impl QuoteRow {
    pub fn is(&self, state: QuoteState) -> bool {
        self.state == state.as_str()
    }
}

impl Db {
    /// Keeps a new quote, and forgets the tenant's old ones.
    pub async fn add_quote(
        &self,
        tenant_id: &TenantId,
        quote: &QuoteRow,
        now: Timestamp,
    ) -> StoreResult<()> {
        let old = (now - KEPT).naive_utc();
        transaction!(self, conn => {
            diesel::delete(quotes::table)
                .filter(quotes::tenant_id.eq(tenant_id.as_str()))
                .filter(quotes::created_at.lt(old))
                .execute(&mut *conn)
                .await?;
            diesel::insert_into(quotes::table).values(quote).execute(&mut *conn).await?;
            Ok(())
        })
    }

    /// The tenant's quote of this id.
    pub async fn quote(
        &self,
        tenant_id: &TenantId,
        quote_id: &str,
    ) -> StoreResult<Option<QuoteRow>> {
        if can_not_be_kept(quote_id) {
            return Ok(None);
        }
        let quote = read!(self, conn => {
            quotes::table
                .filter(quotes::tenant_id.eq(tenant_id.as_str()))
                .filter(quotes::id.eq(quote_id))
                .select(QuoteRow::as_select())
                .first(conn)
                .await
                .optional()
        })?;
        Ok(quote)
    }

    /// The tenant's quote whose confirmation has not been answered, if there is one.
    pub async fn confirming_quote(&self, tenant_id: &TenantId) -> StoreResult<Option<QuoteRow>> {
        let quote = read!(self, conn => {
            quotes::table
                .filter(quotes::tenant_id.eq(tenant_id.as_str()))
                .filter(quotes::state.eq(QuoteState::Confirming.as_str()))
                .select(QuoteRow::as_select())
                .first(conn)
                .await
                .optional()
        })?;
        Ok(quote)
    }

    /// The next tenants with such a quote, by id after `after`.
    pub async fn tenants_confirming(
        &self,
        after: Option<&TenantId>,
        limit: i64,
    ) -> StoreResult<Vec<TenantId>> {
        let after = after.map_or("", TenantId::as_str);
        let ids: Vec<String> = read!(self, conn => {
            quotes::table
                .filter(quotes::tenant_id.gt(after))
                .filter(literally(CONFIRMING))
                .order(quotes::tenant_id.asc())
                .limit(limit)
                .select(quotes::tenant_id)
                .load(conn)
                .await
        })?;
        ids.into_iter().map(read_id).collect()
    }

    /// Marks an open quote as being confirmed, and writes down which agents go with it.
    pub async fn claim_quote(
        &self,
        tenant_id: &TenantId,
        quote: &QuoteRow,
        leaving: &[AgentId],
        now: Timestamp,
    ) -> StoreResult<Claim> {
        let claimed: StoreResult<usize> = change!(self, tenant_id, conn => {
            let starts_from = tenants::table
                .filter(tenants::id.eq(tenant_id.as_str()))
                .filter(tenants::stripe_subscription_item_id.eq(&quote.item_id))
                .filter(tenants::agent_quota.eq(quote.from_count));
            let claimed = diesel::update(quotes::table)
                .filter(quotes::tenant_id.eq(tenant_id.as_str()))
                .filter(quotes::id.eq(&quote.id))
                .filter(quotes::state.eq(QuoteState::Open.as_str()))
                .filter(exists(starts_from))
                .set((
                    quotes::state.eq(QuoteState::Confirming.as_str()),
                    quotes::confirmed_at.eq(now.naive_utc()),
                ))
                .execute(&mut *conn)
                .await?;
            if claimed == 1 {
                choose_leaving!(conn, tenant_id, leaving);
            }
            Ok(claimed)
        });
        match claimed {
            Err(error) if error.is_unique_violation() => Ok(Claim::AnotherIs),
            claimed => Ok(if claimed? == 1 { Claim::Claimed } else { Claim::Changed }),
        }
    }

    /// Notes that a quote is confirmed once more; false where it isn't being confirmed.
    pub async fn confirm_again(
        &self,
        tenant_id: &TenantId,
        quote_id: &str,
        now: Timestamp,
    ) -> StoreResult<bool> {
        let noted = query!(self, conn => {
            diesel::update(quotes::table)
                .filter(quotes::tenant_id.eq(tenant_id.as_str()))
                .filter(quotes::id.eq(quote_id))
                .filter(quotes::state.eq(QuoteState::Confirming.as_str()))
                .set(quotes::confirmed_at.eq(now.naive_utc()))
                .execute(conn)
                .await
        })?;
        Ok(noted == 1)
    }

    /// Notes that a quote being confirmed waits for the customer and their bank, and tells of it;
    /// nothing where that is noted already.
    pub async fn await_payment(
        &self,
        tenant_id: &TenantId,
        quote_id: &str,
        invoice_id: &str,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<()> {
        change!(self, tenant_id, conn => {
            let noted = diesel::update(quotes::table)
                .filter(quotes::tenant_id.eq(tenant_id.as_str()))
                .filter(quotes::id.eq(quote_id))
                .filter(quotes::state.eq(QuoteState::Confirming.as_str()))
                .filter(quotes::invoice_id.is_null())
                .set(quotes::invoice_id.eq(invoice_id))
                .execute(&mut *conn)
                .await?;
            tell!(conn, tenant_id, now, [entry].iter().take(noted));
            Ok(())
        })
    }

    /// Makes an open quote void.
    pub async fn void_quote(&self, tenant_id: &TenantId, quote_id: &str) -> StoreResult<()> {
        query!(self, conn => {
            diesel::update(quotes::table)
                .filter(quotes::tenant_id.eq(tenant_id.as_str()))
                .filter(quotes::id.eq(quote_id))
                .filter(quotes::state.eq(QuoteState::Open.as_str()))
                .set(quotes::state.eq(QuoteState::Void.as_str()))
                .execute(conn)
                .await
        })?;
        Ok(())
    }

    /// Ends the confirming of a quote, and tells of it if there is an entry; which agents were to go
    /// with one that is void is forgotten. False where it isn't being confirmed, or was confirmed
    /// again after `asked_at`.
    pub async fn close_quote(
        &self,
        tenant_id: &TenantId,
        quote_id: &str,
        asked_at: Timestamp,
        to: QuoteState,
        tell: Option<(&NewActivity, Timestamp)>,
    ) -> StoreResult<bool> {
        let nobody: &[AgentId] = &[];
        change!(self, tenant_id, conn => {
            let moved = diesel::update(quotes::table)
                .filter(quotes::tenant_id.eq(tenant_id.as_str()))
                .filter(quotes::id.eq(quote_id))
                .filter(quotes::state.eq(QuoteState::Confirming.as_str()))
                .filter(quotes::confirmed_at.assume_not_null().le(asked_at.naive_utc()))
                .set(quotes::state.eq(to.as_str()))
                .execute(&mut *conn)
                .await?;
            if moved == 1 && to == QuoteState::Void {
                choose_leaving!(conn, tenant_id, nobody);
            }
            if let Some((entry, now)) = tell {
                tell!(conn, tenant_id, now, [entry].iter().take(moved));
            }
            Ok(moved == 1)
        })
    }
}
