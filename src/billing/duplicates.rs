//! A tenant has one subscription. A second one, paid through an old link or at the same moment, is
//! cancelled and refunded.

use crate::billing::intent::Kind;
use crate::billing::plan_subscriptions::is_at_the_price;
use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{ActivityKind, Actor, Money, Tenant, TenantId};
use crate::store::{Intent, NewActivity};
use crate::stripe::Subscription;
use chrono::TimeDelta;

/// A subscription sold longer ago has been in use: it is no mistake.
const FRESH: TimeDelta = TimeDelta::days(28);

impl Billing {
    /// Ends the duplicates of the current subscription: later ones that were bought of late, in our
    /// Checkout, or at the plan's price although the current one gives access and goes on. Others are
    /// logged. Returns whether anything was ended.
    pub(super) async fn settle_duplicates(
        &self,
        tenant: &Tenant,
        current_id: Option<&str>,
        subscriptions: &[Subscription],
    ) -> BillingResult<bool> {
        if subscriptions.len() < 2 {
            return Ok(false);
        }
        let tenant_id = &tenant.id;
        let mut ended = false;
        // One begun earlier comes first: it may be cancelled already, but not refunded.
        if let Some(begun) = self.db.open_intent(tenant_id, Kind::Duplicate.as_str()).await? {
            let counts = |one: &Subscription| {
                one.id == begun.request && Some(one.id.as_str()) == current_id && one.may_bill()
            };
            if subscriptions.iter().any(counts) {
                // The other one has ended since: this is no duplicate any more.
                self.db.drop_intent(tenant_id, &begun.id).await?;
            } else {
                self.end_duplicate(tenant_id, &begun).await?;
                ended = true;
            }
        }
        let is_current = |one: &&Subscription| Some(one.id.as_str()) == current_id;
        let Some(current) = subscriptions.iter().find(is_current) else { return Ok(ended) };
        let goes_on = current.gives_access() == Some(true) && current.cancels_at.is_none();
        for other in subscriptions.iter().filter(|one| !is_current(one)) {
            let live = other.status.as_ref().is_ok_and(|status| status.is_live());
            if !live {
                continue;
            }
            let by_checkout = other.tenant_id.as_deref() == Some(tenant_id.as_str());
            let by_mistake = by_checkout || (goes_on && is_at_the_price(tenant, other));
            let fresh = self.now().timestamp() - other.created < FRESH.num_seconds();
            if other.created < current.created || !(by_mistake && fresh) {
                tracing::warn!(%tenant_id, subscription_id = other.id, "another subscription is left alone");
                continue;
            }
            let intent = match self.intent(tenant_id, Kind::Duplicate, &other.id, None).await {
                // Another sync has ended it since this one read Stripe.
                Err(BillingError::ChangeInProgress) => continue,
                intent => intent?,
            };
            self.end_duplicate(tenant_id, &intent).await?;
            ended = true;
        }
        Ok(ended)
    }

    /// Every step can be retried; the intent is closed after the last.
    async fn end_duplicate(&self, tenant_id: &TenantId, intent: &Intent) -> BillingResult<()> {
        let subscription_id = intent.request.as_str();
        self.stripe.cancel_now(subscription_id, &intent.id).await?;
        let refunded = self.stripe.refund(subscription_id, &intent.id).await?;
        tracing::warn!(%tenant_id, subscription_id, ?refunded, "a duplicate subscription was ended");
        let entry = self.cause.entry_by(ActivityKind::DuplicateCanceled, Actor::Portal);
        let back = |money: Money| Money::new(money.amount.saturating_neg(), money.currency);
        let entry = NewActivity { amount: refunded.map(back), ..entry.of(subscription_id) };
        Ok(self.db.finish_intent(tenant_id, &intent.id, &entry, self.now()).await?)
    }
}
