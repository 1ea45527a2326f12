//! Compares every tenant with Stripe. Syncs are triggered by webhooks and operators; this finds what
//! both missed.

use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{Money, Plan, StripeEvent, Tenant, TenantId, Timestamp};
use crate::store::{StoreError, SubscriptionState};
use crate::stripe::GatewayError;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

/// One tenant at a time, at most twenty a second: Stripe allows 25 requests a second in test mode.
const PACE: Duration = Duration::from_millis(50);
/// After this many tenants in a row for which Stripe or the database was away, the walk ends: the rest
/// would not fare better.
const AWAY: u32 = 3;
/// How many tenants are read from the database at once.
const PAGE: i64 = 500;

/// Which tenants to compare, and whether to sync them.
#[derive(Debug, Clone, Copy)]
pub struct Walk {
    /// Only report what differs, and change nothing.
    pub dry_run: bool,
    /// Only tenants that Stripe knows, or once knew, and that were last synced before this, or never.
    pub synced_before: Option<Timestamp>,
}

/// A tenant whose row differed from Stripe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The tenant as the database had it.
    pub database: Tenant,
    /// The tenant according to Stripe, with the agents that are then active.
    pub stripe: Tenant,
}

/// The outcome for one tenant.
#[derive(Debug)]
pub struct Compared {
    pub tenant_id: TenantId,
    /// `None` when nothing differed.
    pub outcome: BillingResult<Option<Difference>>,
}

impl Walk {
    /// A tenant with neither a Customer nor a sync is unknown to Stripe.
    fn is_for(&self, has_customer: bool, synced_at: Option<Timestamp>) -> bool {
        self.synced_before.is_none_or(|bound| synced_at.map_or(has_customer, |at| at < bound))
    }
}

impl Billing {
    /// Walks the tenants and passes the outcome of each to `found`. A tenant that can't be compared
    /// doesn't stop the walk, and one that has been synced meanwhile is skipped.
    ///
    /// # Errors
    /// When Stripe or the database is away, for [`AWAY`] tenants in a row.
    pub async fn reconcile_all(
        &self,
        walk: Walk,
        mut found: impl FnMut(Compared) + Send,
    ) -> BillingResult<()> {
        let mut pace = interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last: Option<TenantId> = None;
        let mut away = 0;
        loop {
            let page = self.db.tenants_to_compare(last.as_ref(), PAGE).await?;
            match page.last() {
                Some(tenant) => last = Some(tenant.id.clone()),
                None => return Ok(()),
            }
            let due = page.into_iter().filter(|one| walk.is_for(one.has_customer, one.synced_at));
            let mut due: Vec<TenantId> = due.map(|one| one.id).collect();
            if walk.synced_before.is_some() {
                // In random order: processes that walk in the same order sync the same tenants.
                due.sort_by_cached_key(|_| Uuid::new_v4());
            }
            for tenant_id in due {
                pace.tick().await;
                let outcome = match self.tenant(&tenant_id).await {
                    Ok(tenant) if !walk.is_for(true, tenant.synced_at) => continue,
                    Ok(tenant) => self.compare(tenant, walk.dry_run).await,
                    Err(error) => Err(error),
                };
                let is_away = matches!(
                    outcome,
                    Err(BillingError::Stripe(GatewayError::Unavailable(_))
                        | BillingError::Store(StoreError::Unavailable(_) | StoreError::Busy))
                );
                away = if is_away { away + 1 } else { 0 };
                if away == AWAY {
                    return outcome.map(drop);
                }
                found(Compared { tenant_id, outcome });
            }
        }
    }

    /// A page of the Events of these types since `since` that some webhook endpoint has not accepted,
    /// newest first, starting after the id `after`; an empty page is the end.
    pub async fn undelivered_events(
        &self,
        types: &[&str],
        since: Timestamp,
        after: Option<&str>,
    ) -> BillingResult<Vec<StripeEvent>> {
        Ok(self.stripe.undelivered_events(types, since, after).await?)
    }

    /// Compares one tenant with Stripe, and syncs it unless it is a dry run.
    pub async fn reconcile(
        &self,
        tenant_id: &TenantId,
        dry_run: bool,
    ) -> BillingResult<Option<Difference>> {
        self.compare(self.tenant(tenant_id).await?, dry_run).await
    }

    async fn compare(&self, database: Tenant, dry_run: bool) -> BillingResult<Option<Difference>> {
        let stripe = if dry_run {
            self.as_by_stripe(&database).await?
        } else {
            if database.synced_at.is_none() {
                self.tie_again(database.clone()).await?;
            }
            self.sync_tenant(&database.id, "reconcile").await?
        };
        Ok(differ(&database, &stripe).then_some(Difference { database, stripe }))
    }

    /// The tenant as a sync would leave it.
    pub(super) async fn as_by_stripe(&self, before: &Tenant) -> BillingResult<Tenant> {
        let mut after = before.clone();
        if after.stripe_customer_id.is_none() {
            after.stripe_customer_id = self.unknown_customer(before).await?;
        }
        let subscriptions = match after.stripe_customer_id.clone() {
            None => Vec::new(),
            Some(customer_id) => match self.stripe.subscriptions(&customer_id).await {
                Err(error) if self.is_gone(before, &error) => {
                    after.stripe_customer_id = None;
                    Vec::new()
                }
                answer => answer?,
            },
        };
        let (_, state) = self.state(before, subscriptions).await?;
        write_into(&mut after, state);
        let off_or_on = before.agents_active.saturating_add(before.agents_waiting);
        let rose = after.agent_quota > before.agent_quota;
        let wanted = if rose { off_or_on } else { before.agents_active };
        after.agents_active = wanted.min(after.agent_quota);
        after.agents_waiting = off_or_on - after.agents_active;
        Ok(after)
    }
}

fn write_into(tenant: &mut Tenant, state: SubscriptionState) {
    tenant.stripe_subscription_id = state.subscription_id;
    tenant.stripe_subscription_item_id = state.item_id;
    tenant.stripe_status = state.stripe_status;
    tenant.subscription_status = state.status;
    tenant.trial_ends_at = state.trial_ends_at;
    tenant.agent_quota = state.agent_quota;
    tenant.current_period_end = state.current_period_end;
    tenant.cancels_at = state.cancels_at;
    tenant.livemode = state.livemode;
    tenant.unpaid_invoice = state.unpaid_invoice;
    if let Some(price) = state.price {
        tenant.plan = Some(Plan {
            name: tenant.plan.take().map(|plan| plan.name).unwrap_or_default(),
            price_id: price.price_id,
            unit: Money::new(price.unit_amount, price.currency),
            interval: price.interval,
            interval_count: price.interval_count,
        });
    }
}

/// Whether anything differs except when and why Stripe was read, and what is derived from the rest.
pub(super) fn differ(database: &Tenant, stripe: &Tenant) -> bool {
    let database = Tenant {
        synced_at: stripe.synced_at,
        synced_by: stripe.synced_by.clone(),
        trial_days_left: stripe.trial_days_left,
        trial_available: stripe.trial_available,
        ..database.clone()
    };
    database != *stripe
}
