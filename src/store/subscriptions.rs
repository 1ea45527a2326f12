//! The only place where subscription state is written, guarded by a fence.

use crate::model::{
    DeactivatedBy, DeactivationReason, SubscriptionStatus, TenantId, Timestamp, UnpaidInvoice,
};
use crate::store::activity::tell;
use crate::store::agent_row::AgentState;
use crate::store::asked::{OperatorRequest, Request, asked};
use crate::store::columns::{
    read_count, read_status, read_unpaid_invoice, written_count, written_unpaid_invoice,
};
use crate::store::schema::{agents, quotes, tenants};
use crate::store::{Db, NewActivity, QuoteState, StoreResult, transaction};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;

/// What a sync read from Stripe, ready to be stored: the tenant's billing columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionState {
    pub subscription_id: Option<String>,
    pub item_id: Option<String>,
    /// The Subscription's `status` as Stripe wrote it.
    pub stripe_status: Option<String>,
    pub status: SubscriptionStatus,
    pub trial_ends_at: Option<Timestamp>,
    /// How many agents may be active from now on.
    pub agent_quota: u32,
    pub current_period_end: Option<Timestamp>,
    pub cancels_at: Option<Timestamp>,
    pub price: Option<PriceState>,
    pub livemode: bool,
    pub unpaid_invoice: Option<UnpaidInvoice>,
    /// Whether any of the customer's subscriptions has had a trial; never unset again.
    pub trial_used: bool,
}

/// The price that a subscription was sold at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceState {
    pub price_id: String,
    /// Minor units of `currency` per agent and period.
    pub unit_amount: i64,
    pub currency: String,
    pub interval: String,
    pub interval_count: u32,
}

/// Which sync writes, why and when.
#[derive(Debug, Clone, Copy)]
pub struct SyncStamp<'a> {
    pub fence: i64,
    /// Why it ran; kept with the row.
    pub by: &'a str,
    pub now: Timestamp,
}

/// What a write changed.
#[derive(Debug)]
pub struct Change {
    pub before: SubscriptionState,
    pub after: SubscriptionState,
    /// The names of the agents that were turned off, or back on.
    pub turned_off: Vec<String>,
    pub turned_on: Vec<String>,
    /// Operators' recent requests to Stripe that no entry covers yet.
    pub asked: Vec<OperatorRequest>,
}

/// Makes timeline entries from a change.
pub type Teller<'a> = dyn Fn(&Change) -> Vec<NewActivity> + Send + Sync + 'a;

/// The outcome of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Stored; this many agents were turned off, or back on.
    Stored { turned_off: usize, turned_on: usize },
    /// A newer sync wrote first: nothing was changed.
    Stale,
}

/// The tenant's billing columns.
#[derive(Queryable, Selectable, AsChangeset)]
#[diesel(table_name = tenants, treat_none_as_null = true)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
pub(crate) struct BillingRow {
    pub stripe_subscription_id: Option<String>,
    pub stripe_subscription_item_id: Option<String>,
    pub stripe_status: Option<String>,
    pub subscription_status: String,
    pub trial_ends_at: Option<NaiveDateTime>,
    pub agent_quota: i32,
    pub current_period_end: Option<NaiveDateTime>,
    pub cancels_at: Option<NaiveDateTime>,
    pub price_id: Option<String>,
    pub unit_amount: Option<i64>,
    pub currency: Option<String>,
    pub price_interval: Option<String>,
    pub price_interval_count: i32,
    pub livemode: bool,
    pub unpaid_invoice: Option<String>,
    pub trial_used: bool,
}

impl Db {
    /// Takes the tenant's next fence number: call it before reading Stripe. `None` when there is
    /// no such tenant.
    pub async fn take_fence(&self, tenant_id: &TenantId) -> StoreResult<Option<i64>> {
        crate::store::query!(self, conn => {
            let fence = diesel::update(tenants::table)
                .filter(tenants::id.eq(tenant_id.as_str()))
                .set(tenants::fence_taken.eq(tenants::fence_taken + 1))
                .returning(tenants::fence_taken)
                .get_result(conn)
                .await
                .optional()?;
            Ok(fence)
        })
    }

    /// Stores what a sync read, if its fence is newer than the last one written. In the same
    /// transaction turns off agents over the quota (those chosen to leave, then the newest), or, if the
    /// quota rose, turns those that billing had turned off for that back on (the oldest first), and
    /// writes the entries that `tell` makes of it all.
    pub async fn write_subscription(
        &self,
        tenant_id: &TenantId,
        sync: SyncStamp<'_>,
        state: &SubscriptionState,
        tell: &Teller<'_>,
    ) -> StoreResult<Written> {
        let SyncStamp { fence, by, now } = sync;
        let quota = i64::from(state.agent_quota);
        let reason = DeactivationReason::without_seat(state.status.policy().access);
        let written = transaction!(self, conn => {
            // Locks the tenant's row, and returns its previous billing columns.
            let row: Option<BillingRow> = diesel::update(tenants::table)
                .filter(tenants::id.eq(tenant_id.as_str()))
                .filter(tenants::fence_written.lt(fence))
                .set((
                    tenants::fence_written.eq(fence),
                    tenants::revision.eq(tenants::revision + 1),
                    tenants::synced_at.eq(now.naive_utc()),
                    tenants::synced_by.eq(by),
                ))
                .returning(BillingRow::as_returning())
                .get_result(&mut *conn)
                .await
                .optional()?;
            let Some(row) = row else { return Ok(Written::Stale) };
            let before = row.into_state()?;
            let trial_used = before.trial_used || state.trial_used;
            let after = SubscriptionState { trial_used, ..state.clone() };
            let seats_fell = after.agent_quota < before.agent_quota;
            let seats_rose = after.agent_quota > before.agent_quota;
            let had_access = before.status.policy().access.allows_agents();
            if after != before {
                diesel::update(tenants::table)
                    .filter(tenants::id.eq(tenant_id.as_str()))
                    .set(BillingRow::from(&after))
                    .execute(&mut *conn)
                    .await?;
            }
            let active: i64 = agents::table
                .filter(agents::tenant_id.eq(tenant_id.as_str()).and(agents::active))
                .count()
                .get_result(&mut *conn)
                .await?;
            let surplus: Vec<(String, String)> = agents::table
                .filter(agents::tenant_id.eq(tenant_id.as_str()).and(agents::active))
                .order((agents::leaving.desc(), agents::created_at.desc(), agents::id.desc()))
                .limit((active - quota).max(0))
                .select((agents::id, agents::name))
                .load(&mut *conn)
                .await?;
            let waiting: Vec<(String, String)> = agents::table
                .filter(agents::tenant_id.eq(tenant_id.as_str()))
                .filter(agents::deactivated_by.eq(DeactivatedBy::Billing.as_str()))
                // Those whom fewer seats have turned off wait for more seats, and not for access.
                .filter(
                    agents::deactivated_reason
                        .ne(DeactivationReason::SeatsReduced.as_str())
                        .or(agents::deactivated_reason.is_null())
                        .or(had_access.into_sql::<Bool>().nullable())
                        .assume_not_null(),
                )
                // Those whom an earlier decrease has turned off come last.
                .order((
                    agents::deactivated_reason.eq(DeactivationReason::SeatsReduced.as_str()).asc(),
                    agents::created_at.asc(),
                    agents::id.asc(),
                ))
                // A seat that an operator has freed is theirs to fill.
                .limit(if seats_rose { (quota - active).max(0) } else { 0 })
                .select((agents::id, agents::name))
                .load(&mut *conn)
                .await?;
            let (off, turned_off): (Vec<_>, Vec<_>) = surplus.into_iter().unzip();
            let (on, turned_on): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
            if after == before && off.is_empty() && on.is_empty() {
                return Ok(Written::Stored { turned_off: 0, turned_on: 0 });
            }
            diesel::update(agents::table)
                .filter(agents::tenant_id.eq(tenant_id.as_str()))
                .filter(agents::id.eq_any(off))
                .set(AgentState::off_by_billing(reason, now))
                .execute(&mut *conn)
                .await?;
            if seats_fell {
                // Agents chosen to leave have left, or needn't any more.
                diesel::update(agents::table)
                    .filter(agents::tenant_id.eq(tenant_id.as_str()).and(agents::leaving))
                    .set(agents::leaving.eq(false))
                    .execute(&mut *conn)
                    .await?;
            }
            diesel::update(agents::table)
                .filter(agents::tenant_id.eq(tenant_id.as_str()))
                .filter(agents::id.eq_any(on))
                .set(AgentState::on())
                .execute(&mut *conn)
                .await?;
            let asked = asked!(conn, tenant_id, now);
            // A change that waited for the customer's bank now has its seats: what becomes of them
            // later has another cause.
            diesel::update(quotes::table)
                .filter(quotes::tenant_id.eq(tenant_id.as_str()))
                .filter(quotes::state.eq(QuoteState::Confirming.as_str()))
                .filter(quotes::invoice_id.is_not_null())
                .filter(quotes::item_id.nullable().eq(after.item_id.as_deref()))
                .filter(quotes::agent_count.eq(written_count(after.agent_quota)))
                .set(quotes::state.eq(QuoteState::Done.as_str()))
                .execute(&mut *conn)
                .await?;
            let written =
                Written::Stored { turned_off: turned_off.len(), turned_on: turned_on.len() };
            let change = Change { before, after, turned_off, turned_on, asked };
            tell!(conn, tenant_id, now, tell(&change).iter());
            Ok(written)
        })?;
        if let Written::Stored { .. } = written {
            self.changes.announce(tenant_id);
        }
        Ok(written)
    }
}

impl BillingRow {
    fn into_state(self) -> StoreResult<SubscriptionState> {
        let price = match (self.price_id, self.unit_amount, self.currency, self.price_interval) {
            (Some(price_id), Some(unit_amount), Some(currency), Some(interval)) => {
                let interval_count = read_count(self.price_interval_count.into())?;
                Some(PriceState { price_id, unit_amount, currency, interval, interval_count })
            }
            _ => None,
        };
        Ok(SubscriptionState {
            subscription_id: self.stripe_subscription_id,
            item_id: self.stripe_subscription_item_id,
            stripe_status: self.stripe_status,
            status: read_status(&self.subscription_status)?,
            trial_ends_at: self.trial_ends_at.map(|at| at.and_utc()),
            agent_quota: read_count(self.agent_quota.into())?,
            current_period_end: self.current_period_end.map(|at| at.and_utc()),
            cancels_at: self.cancels_at.map(|at| at.and_utc()),
            price,
            livemode: self.livemode,
            unpaid_invoice: read_unpaid_invoice(self.unpaid_invoice.as_deref())?,
            trial_used: self.trial_used,
        })
    }
}

impl From<&SubscriptionState> for BillingRow {
    fn from(state: &SubscriptionState) -> Self {
        let price = state.price.as_ref();
        let naive = |at: Option<Timestamp>| at.map(|at| at.naive_utc());
        Self {
            stripe_subscription_id: state.subscription_id.clone(),
            stripe_subscription_item_id: state.item_id.clone(),
            stripe_status: state.stripe_status.clone(),
            subscription_status: state.status.as_str().to_owned(),
            trial_ends_at: naive(state.trial_ends_at),
            agent_quota: written_count(state.agent_quota),
            current_period_end: naive(state.current_period_end),
            cancels_at: naive(state.cancels_at),
            price_id: price.map(|price| price.price_id.clone()),
            unit_amount: price.map(|price| price.unit_amount),
            currency: price.map(|price| price.currency.clone()),
            price_interval: price.map(|price| price.interval.clone()),
            price_interval_count: price.map_or(1, |price| written_count(price.interval_count)),
            livemode: state.livemode,
            unpaid_invoice: state.unpaid_invoice.as_ref().and_then(written_unpaid_invoice),
            trial_used: state.trial_used,
        }
    }
}
