//! The only way in which subscription state reaches the database. Whatever hears of a change (a
//! webhook, the return from Checkout, a button) has the tenant read from Stripe afresh, so late,
//! duplicate and reordered events are harmless.

use crate::billing::plan_subscriptions::{PlanSubscriptions, is_at_the_price};
use crate::billing::telling::Telling;
use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{StripeStatus, SubscriptionStatus, Tenant, TenantId, UnpaidInvoice};
use crate::store::{Change, PriceState, SubscriptionState, SyncStamp, Written};
use crate::stripe::{GatewayError, Subscription, SubscriptionItem};

/// What a sync has read and stored.
struct Synced {
    tenant: Tenant,
    /// The current subscription.
    current_id: Option<String>,
    /// The customer's for the plan; none where a newer sync was faster, which then handles them.
    subscriptions: Vec<Subscription>,
    /// Whether that sync has a second subscription to handle.
    left_to_another: bool,
}

impl Billing {
    /// Reads the tenant's subscriptions from Stripe and stores their state, unless a sync that began
    /// later was faster; then settles duplicates and the like. `by`, the reason, is stored with the
    /// row.
    pub async fn sync_tenant(&self, tenant_id: &TenantId, by: &str) -> BillingResult<Tenant> {
        let (tenant, left_over) = self.sync_and_tell(tenant_id, by).await?;
        match left_over {
            None => {}
            Some(BillingError::ChangeInProgress) => {
                tracing::debug!(%tenant_id, "a newer sync puts it right");
            }
            Some(error) => {
                tracing::error!(%tenant_id, %error, "what was found could not be put right");
            }
        }
        Ok(tenant)
    }

    /// The same for callers that retry: besides the tenant, whose state is stored, returns why
    /// something could not be settled.
    pub async fn sync_and_tell(
        &self,
        tenant_id: &TenantId,
        by: &str,
    ) -> BillingResult<(Tenant, Option<BillingError>)> {
        let synced = self.read_and_write(tenant_id, by).await?;
        let (changed, left_over) = self.put_right(tenant_id, &synced).await;
        let tenant = match changed {
            true => self.read_and_write(tenant_id, by).await?.tenant,
            false => synced.tenant,
        };
        Ok((tenant, left_over))
    }

    /// Settles duplicates, repeated trials, pauses, and changes that can't be paid for any more. Returns
    /// whether the tenant has changed with that, and why something could not be settled.
    async fn put_right(
        &self,
        tenant_id: &TenantId,
        synced: &Synced,
    ) -> (bool, Option<BillingError>) {
        let Synced { tenant, current_id, subscriptions, left_to_another } = synced;
        let ended = self.settle_duplicates(tenant, current_id.as_deref(), subscriptions).await;
        let settled = self.settle_trials(tenant_id, subscriptions).await;
        let given_up = self.settle_ended(tenant_id, subscriptions).await;
        let lapsed = self.settle_lapsed(tenant).await;
        let changed = [&ended, &settled, &lapsed].iter().any(|one| matches!(one, Ok(true)));
        let gone_on = self.settle_pause(tenant).await;
        // The newer sync may not get to that: a caller that can retry sees whether it did.
        let settled_elsewhere = match left_to_another {
            true => Err(BillingError::ChangeInProgress),
            false => Ok(()),
        };
        let settled = ended.and(settled).and(lapsed).and(given_up).and(gone_on);
        (changed, settled.and(settled_elsewhere).err())
    }

    async fn read_and_write(&self, tenant_id: &TenantId, by: &str) -> BillingResult<Synced> {
        let fence = self.db.take_fence(tenant_id).await?.ok_or(BillingError::NotFound("tenant"))?;
        let mut before = self.tenant(tenant_id).await?;
        // A tenant that was never synced is searched for when it subscribes, or is compared.
        if before.synced_at.is_some() {
            before = self.tie_again(before).await?;
        }
        let found = match &before.stripe_customer_id {
            Some(customer_id) => self.subscriptions(&before, customer_id).await?,
            None if before.synced_at.is_none() => {
                return Ok(Synced {
                    tenant: before,
                    current_id: None,
                    subscriptions: Vec::new(),
                    left_to_another: false,
                });
            }
            // The Customer was unlinked, and its subscriptions with it.
            None => Vec::new(),
        };
        let (found, state) = self.state(&before, found).await?;
        let sync = SyncStamp { fence, by, now: self.clock.now() };
        let tell = |change: &Change| Telling { cause: &self.cause, change }.entries();
        let written = self.db.write_subscription(tenant_id, sync, &state, &tell).await?;
        let several = found.iter().filter(|one| one.may_bill()).count() > 1;
        let (subscriptions, left_to_another) = match written {
            Written::Stored { turned_off, turned_on } => {
                tracing::info!(
                    %tenant_id, fence, by, status = %state.status, quota = state.agent_quota,
                    turned_off, turned_on, "synced"
                );
                (found, false)
            }
            Written::Stale => {
                tracing::debug!(%tenant_id, fence, by, "a newer sync was faster");
                (Vec::new(), several)
            }
        };
        let tenant = self.tenant(tenant_id).await?;
        Ok(Synced { tenant, current_id: state.subscription_id, subscriptions, left_to_another })
    }

    /// All of the Customer's subscriptions; none if it is gone at Stripe: then it is unlinked.
    async fn subscriptions(
        &self,
        tenant: &Tenant,
        customer_id: &str,
    ) -> BillingResult<Vec<Subscription>> {
        match self.stripe.subscriptions(customer_id).await {
            Ok(subscriptions) => Ok(subscriptions),
            Err(error) => {
                if self.forget_missing_customer(tenant, customer_id, &error).await? {
                    Ok(Vec::new())
                } else {
                    Err(error.into())
                }
            }
        }
    }

    /// What the tenant's row should say, given all of the Customer's subscriptions; and those of them
    /// that are for the plan.
    pub(super) async fn state(
        &self,
        before: &Tenant,
        all: Vec<Subscription>,
    ) -> BillingResult<(Vec<Subscription>, SubscriptionState)> {
        let found = self.plan_subscriptions(before, all).await?;
        let mut state = state(before, &found);
        if let Some(subscription) = may_leave_due(before, &found) {
            state.unpaid_invoice = match self.unpaid_invoice(before, subscription).await {
                Err(BillingError::Stripe(GatewayError::Missing { .. })) => None,
                answer => answer?,
            };
        }
        Ok((found.subscriptions, state))
    }

    /// The newest open invoice of the subscription, other than that of a change of seats, which waits
    /// for its payment but keeps nothing past due.
    async fn unpaid_invoice(
        &self,
        tenant: &Tenant,
        subscription: &Subscription,
    ) -> BillingResult<Option<UnpaidInvoice>> {
        let open = self.stripe.open_invoices(&subscription.id).await?;
        if open.is_empty() {
            return Ok(None);
        }
        let change = self.db.confirming_quote(&tenant.id).await?.and_then(|quote| quote.invoice_id);
        let Some(due) = open.iter().find(|invoice| Some(&invoice.id) != change.as_ref()) else {
            return Ok(None);
        };
        let mut due = self.stripe.unpaid_invoice(&due.id).await?;
        if let Some(due) = &mut due
            && subscription.status == Ok(StripeStatus::Unpaid)
        {
            due.drafts_wait = self.stripe.has_drafts(&subscription.id).await?;
        }
        Ok(due)
    }

    /// Syncs because the operator asked for it.
    pub async fn refresh(&self, tenant_id: &TenantId) -> BillingResult<Tenant> {
        self.sync_tenant(tenant_id, "refresh").await
    }
}

/// The current subscription: one that can still bill, else the newest. If there are several, the one that
/// the tenant has and that works, else the oldest of those that our Checkout created or that are at the
/// plan's price. One without access gives way to one sold by hand in its place.
fn current<'a>(tenant: &Tenant, subscriptions: &'a [Subscription]) -> Option<&'a Subscription> {
    let by_checkout = |one: &Subscription| one.tenant_id.as_deref() == Some(tenant.id.as_str());
    let at_another_price = |one: &Subscription| !by_checkout(one) && !is_at_the_price(tenant, one);
    let live = || subscriptions.iter().filter(|one| one.may_bill());
    let replaced = live()
        .any(|one| !by_checkout(one) && !at_another_price(one) && one.gives_access() == Some(true));
    let gives_way = |one: &Subscription| replaced && one.gives_access() == Some(false);
    // One that works stays, also when another one works again, or comes to be for the plan as well. Of
    // two that our Checkout created, the older one counts, whichever was seen first.
    let of_checkout = live().filter(|one| by_checkout(one)).count();
    let stays = |one: &Subscription| {
        (!by_checkout(one) || of_checkout == 1)
            && tenant.stripe_subscription_id.as_ref() == Some(&one.id)
            && one.gives_access() == Some(true)
    };
    let first = live().min_by_key(|one| {
        (at_another_price(one), gives_way(one), !stays(one), one.created, one.id.as_str())
    });
    first.or_else(|| subscriptions.iter().max_by_key(|one| one.created))
}

/// The current subscription, if an invoice may keep it past due or unpaid, or be left behind by it.
fn may_leave_due<'a>(before: &Tenant, found: &'a PlanSubscriptions) -> Option<&'a Subscription> {
    let subscription = current(before, &found.subscriptions)?;
    match subscription.status {
        Ok(StripeStatus::PastDue | StripeStatus::Unpaid | StripeStatus::Canceled) => {
            Some(subscription)
        }
        Ok(_) | Err(_) => None,
    }
}

/// What the subscriptions alone say of the tenant's row.
fn state(before: &Tenant, found: &PlanSubscriptions) -> SubscriptionState {
    let trial_used = found.subscriptions.iter().any(|one| one.trial_end.is_some());
    let Some(subscription) = current(before, &found.subscriptions) else {
        return SubscriptionState {
            subscription_id: None,
            item_id: None,
            stripe_status: None,
            status: SubscriptionStatus::None,
            trial_ends_at: None,
            agent_quota: 0,
            current_period_end: None,
            cancels_at: None,
            price: None,
            livemode: before.livemode,
            unpaid_invoice: None,
            trial_used,
        };
    };
    let item = found.item(before, subscription);
    let (status, agent_quota) = match &subscription.status {
        Ok(stripe) => (stripe.stored(), quota(stripe.stored(), item)),
        Err(unknown) => {
            tracing::error!(
                tenant_id = %before.id, subscription_id = subscription.id,
                "{unknown}: the tenant's access stays as it was"
            );
            (before.subscription_status, before.agent_quota)
        }
    };
    let trialing = status == SubscriptionStatus::Trialing;
    SubscriptionState {
        subscription_id: Some(subscription.id.clone()),
        item_id: item.map(|item| item.id.clone()),
        stripe_status: Some(subscription.status_text().to_owned()),
        status,
        trial_ends_at: subscription.trial_end.filter(|_| trialing),
        agent_quota,
        current_period_end: item.map(|item| item.current_period_end),
        cancels_at: subscription.cancels_at.filter(|_| status.is_live()),
        price: item.and_then(price),
        livemode: subscription.livemode,
        unpaid_invoice: None,
        trial_used,
    }
}

fn quota(status: SubscriptionStatus, item: Option<&SubscriptionItem>) -> u32 {
    match item {
        Some(item) if status.policy().access.allows_agents() => item.quantity,
        _ => 0,
    }
}

fn price(item: &SubscriptionItem) -> Option<PriceState> {
    Some(PriceState {
        price_id: item.price_id.clone(),
        unit_amount: item.unit_amount?,
        currency: item.currency.clone(),
        interval: item.interval.clone(),
        interval_count: item.interval_count,
    })
}
