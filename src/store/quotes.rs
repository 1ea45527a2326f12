//! Quotes for seat changes.

use crate::model::{AgentId, TenantId, Timestamp};
use crate::store::activity::tell;
use crate::store::agents::choose_leaving;
use crate::store::columns::{read_id, written_count};
use crate::store::quote_row::QuoteRow;
use crate::store::schema::{quotes, tenants};
use crate::store::{
    Db, Literally, NewActivity, NewSeatQuote, QuoteState, SeatQuote, StoreResult, can_not_be_kept,
    change, query, read, transaction,
};
use chrono::TimeDelta;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// The condition of the index over quotes being confirmed: a tenant has at most one.
pub(super) const CONFIRMING: &str = "quotes.state = 'confirming'";
/// How long quotes are kept after they were made.
const KEPT: TimeDelta = TimeDelta::days(7);

/// The outcome of claiming a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It is being confirmed now.
    Claimed,
    /// Another quote of the tenant's is being confirmed.
    AnotherIs,
    /// It is no longer open, or the tenant's seats have changed since it was made.
    Changed,
}

impl Db {
    /// Stores a new quote, and deletes the tenant's old ones.
    pub async fn add_quote(
        &self,
        tenant_id: &TenantId,
        quote: &NewSeatQuote<'_>,
    ) -> StoreResult<()> {
        let old = (quote.created_at - KEPT).naive_utc();
        transaction!(self, conn => {
            diesel::delete(quotes::table)
                .filter(quotes::tenant_id.eq(tenant_id.as_str()))
                .filter(quotes::created_at.lt(old))
                .execute(&mut *conn)
                .await?;
            diesel::insert_into(quotes::table)
                .values(quote.row(tenant_id))
                .execute(&mut *conn)
                .await?;
            Ok(())
        })
    }

    /// The tenant's quote with this id.
    pub async fn quote(
        &self,
        tenant_id: &TenantId,
        quote_id: &str,
    ) -> StoreResult<Option<SeatQuote>> {
        if can_not_be_kept(quote_id) {
            return Ok(None);
        }
        let row: Option<QuoteRow> = read!(self, conn => {
            quotes::table
                .filter(quotes::tenant_id.eq(tenant_id.as_str()))
                .filter(quotes::id.eq(quote_id))
                .select(QuoteRow::as_select())
                .first(conn)
                .await
                .optional()
        })?;
        row.map(QuoteRow::into_quote).transpose()
    }

    /// The tenant's quote that is being confirmed, if there is one.
    pub async fn confirming_quote(&self, tenant_id: &TenantId) -> StoreResult<Option<SeatQuote>> {
        let row: Option<QuoteRow> = read!(self, conn => {
            quotes::table
                .filter(quotes::tenant_id.eq(tenant_id.as_str()))
                .filter(quotes::state.eq(QuoteState::Confirming.as_str()))
                .select(QuoteRow::as_select())
                .first(conn)
                .await
                .optional()
        })?;
        row.map(QuoteRow::into_quote).transpose()
    }

    /// The next tenants with such a quote after `after`, by id.
    pub async fn tenants_confirming(
        &self,
        after: Option<&TenantId>,
        limit: i64,
    ) -> StoreResult<Vec<TenantId>> {
        let after = after.map_or("", TenantId::as_str);
        let ids: Vec<String> = read!(self, conn => {
            quotes::table
                .filter(quotes::tenant_id.gt(after))
                .filter(Literally(CONFIRMING))
                .order(quotes::tenant_id.asc())
                .limit(limit)
                .select(quotes::tenant_id)
                .load(conn)
                .await
        })?;
        ids.iter().map(|id| read_id("quotes.tenant_id", id)).collect()
    }

    /// Marks an open quote as being confirmed, and records which agents leave with it.
    pub async fn claim_quote(
        &self,
        tenant_id: &TenantId,
        quote: &SeatQuote,
        leaving: &[AgentId],
        now: Timestamp,
    ) -> StoreResult<Claim> {
        let claimed: StoreResult<usize> = change!(self, tenant_id, conn => {
            let starts_from = tenants::table
                .filter(tenants::id.eq(tenant_id.as_str()))
                .filter(tenants::stripe_subscription_item_id.eq(&quote.item_id))
                .filter(tenants::agent_quota.eq(written_count(quote.from)));
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

    /// Records that a quote is confirmed again; `false` if it isn't being confirmed.
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

    /// Records that a quote being confirmed waits for the customer and their bank, and writes the
    /// entry; does nothing if that is recorded already.
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
            if noted == 1 {
                tell!(conn, tenant_id, now, [entry]);
            }
            Ok(())
        })
    }

    /// Voids an open quote.
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

    /// Ends the confirming of a quote, and writes the entry if there is one; if it becomes void,
    /// forgets which agents were to leave. `false` if it isn't being confirmed, or was confirmed again
    /// after `asked_at`.
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
            if let Some((entry, now)) = tell
                && moved == 1
            {
                tell!(conn, tenant_id, now, [entry]);
            }
            Ok(moved == 1)
        })
    }
}
