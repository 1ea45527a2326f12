//! The one place where subscription state is written, behind its fence.

use crate::model::{SubscriptionStatus, TenantId, Timestamp};
use crate::store::schema::{agents, tenants};
use crate::store::{Db, StoreResult, transaction};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;

/// What a sync read at Stripe, ready to be stored: the tenant's billing columns.
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
    /// Whether any of the customer's subscriptions has had a trial; never unset again.
    pub trial_used: bool,
}

/// The price that a subscription was sold at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceState {
    pub price_id: String,
    /// Minor units of `currency` for one agent and `interval`.
    pub unit_amount: i64,
    pub currency: String,
    pub interval: String,
}

/// What a write did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Stored; so many agents were turned off, or came back.
    Stored { turned_off: usize, turned_on: usize },
    /// A newer sync was there first: nothing was changed.
    Stale,
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

    /// Stores what a sync read, if its fence is newer than the last one written, and in the same
    /// transaction turns agents off that are over the quota (those chosen to go, then the newest),
    /// or back on those that billing had turned off (the oldest first).
    pub async fn write_subscription(
        &self,
        tenant_id: &TenantId,
        fence: i64,
        state: &SubscriptionState,
        synced_by: &str,
        now: Timestamp,
    ) -> StoreResult<Written> {
        let quota = i64::from(state.agent_quota);
        let price = state.price.as_ref();
        transaction!(self, conn => {
            let written = diesel::update(tenants::table)
                .filter(tenants::id.eq(tenant_id.as_str()))
                .filter(tenants::fence_written.lt(fence))
                .set((
                    tenants::stripe_subscription_id.eq(state.subscription_id.as_deref()),
                    tenants::stripe_subscription_item_id.eq(state.item_id.as_deref()),
                    tenants::stripe_status.eq(state.stripe_status.as_deref()),
                    tenants::subscription_status.eq(state.status.as_str()),
                    tenants::trial_ends_at.eq(state.trial_ends_at.map(|at| at.naive_utc())),
                    tenants::agent_quota.eq(i32::try_from(quota).unwrap_or(i32::MAX)),
                    tenants::current_period_end
                        .eq(state.current_period_end.map(|at| at.naive_utc())),
                    tenants::cancels_at.eq(state.cancels_at.map(|at| at.naive_utc())),
                    (
                        tenants::price_id.eq(price.map(|price| price.price_id.as_str())),
                        tenants::unit_amount.eq(price.map(|price| price.unit_amount)),
                        tenants::currency.eq(price.map(|price| price.currency.as_str())),
                        tenants::price_interval.eq(price.map(|price| price.interval.as_str())),
                    ),
                    tenants::livemode.eq(state.livemode),
                    tenants::trial_used.eq(tenants::trial_used.or(state.trial_used.into_sql::<Bool>())),
                    tenants::fence_written.eq(fence),
                    tenants::revision.eq(tenants::revision + 1),
                    tenants::synced_at.eq(now.naive_utc()),
                    tenants::synced_by.eq(synced_by),
                ))
                .execute(&mut *conn)
                .await?;
            if written == 0 {
                return Ok(Written::Stale);
            }
            let active: i64 = agents::table
                .filter(agents::tenant_id.eq(tenant_id.as_str()).and(agents::active))
                .count()
                .get_result(&mut *conn)
                .await?;
            let surplus: Vec<String> = agents::table
                .filter(agents::tenant_id.eq(tenant_id.as_str()).and(agents::active))
                .order((agents::leaving.desc(), agents::created_at.desc(), agents::id.desc()))
                .limit((active - quota).max(0))
                .select(agents::id)
                .load(&mut *conn)
                .await?;
            let waiting: Vec<String> = agents::table
                .filter(agents::tenant_id.eq(tenant_id.as_str()))
                .filter(agents::deactivated_by.eq("billing"))
                .order((agents::created_at.asc(), agents::id.asc()))
                .limit((quota - active).max(0))
                .select(agents::id)
                .load(&mut *conn)
                .await?;
            let turned_off = diesel::update(agents::table)
                .filter(agents::id.eq_any(surplus))
                .set((
                    agents::active.eq(false),
                    agents::deactivated_by.eq("billing"),
                    agents::leaving.eq(false),
                ))
                .execute(&mut *conn)
                .await?;
            let turned_on = diesel::update(agents::table)
                .filter(agents::id.eq_any(waiting))
                .set((agents::active.eq(true), agents::deactivated_by.eq(None::<&str>)))
                .execute(&mut *conn)
                .await?;
            Ok(Written::Stored { turned_off, turned_on })
        })
    }
}
