//! What a seat change costs, by Stripe's own previews.

use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{AgentCount, Prorations, SubscriptionStatus, Tenant, TenantId, Timestamp};
use crate::store::SeatQuote;
use crate::stripe::{GatewayError, NewQuantity, Preview};

/// A change of a subscription's seats.
pub(super) struct Change {
    pub(super) subscription_id: String,
    pub(super) item_id: String,
    pub(super) from: u32,
    pub(super) to: AgentCount,
    pub(super) in_trial: bool,
    /// Whether a payment is past due. The seats are not paid for then, so there is no credit for them.
    pub(super) past_due: bool,
    /// One seat for one period.
    pub(super) unit_amount: i64,
    pub(super) currency: String,
    pub(super) interval: String,
    pub(super) interval_count: u32,
    pub(super) next_at: Option<Timestamp>,
}

/// What a change costs, in minor units.
#[derive(PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) amount_due: i64,
    /// What is added to the customer's credit.
    pub(super) credit: i64,
}

impl Change {
    /// Whether there are prorations at all: in a trial nothing has been paid for, nor while a payment is
    /// past due.
    fn is_prorated(&self) -> bool {
        !self.in_trial && !self.past_due
    }

    fn quantity(&self, proration_date: i64) -> NewQuantity<'_> {
        NewQuantity {
            subscription_id: &self.subscription_id,
            item_id: &self.item_id,
            quantity: self.to,
            prorations: Prorations::ChargedNow,
            proration_date,
        }
    }
}

impl Cost {
    /// The cost by Stripe's preview of the invoice for the change alone.
    pub(super) fn of(preview: &Preview, prorations: Prorations) -> Self {
        let amount_due = match prorations {
            Prorations::ChargedNow | Prorations::CreditedNow => preview.amount_due,
            Prorations::NextInvoice | Prorations::None => 0,
        };
        Self { amount_due, credit: (-preview.total).max(0) }
    }
}

impl Billing {
    pub(super) async fn change(&self, tenant: &Tenant, to: AgentCount) -> BillingResult<Change> {
        match tenant.subscription_status {
            // Stripe makes the subscription active once a newer invoice is paid, whatever else is owed.
            SubscriptionStatus::PastDue if to.get() > tenant.agent_quota => {
                return Err(match &tenant.unpaid_invoice {
                    Some(unpaid) => BillingError::InvoiceOpen {
                        hosted_invoice_url: unpaid.hosted_invoice_url.clone(),
                    },
                    None => BillingError::PaymentRequired,
                });
            }
            SubscriptionStatus::Trialing
            | SubscriptionStatus::Active
            | SubscriptionStatus::PastDue => {}
            SubscriptionStatus::Unpaid => return Err(BillingError::suspended(tenant)),
            SubscriptionStatus::None | SubscriptionStatus::Canceled => {
                return Err(BillingError::NoSubscription);
            }
        }
        let plan = match &tenant.plan {
            Some(plan) => plan.clone(),
            None => self.plan().await?,
        };
        match (&tenant.stripe_subscription_id, &tenant.stripe_subscription_item_id) {
            (Some(subscription_id), Some(item_id)) => Ok(Change {
                subscription_id: subscription_id.clone(),
                item_id: item_id.clone(),
                from: tenant.agent_quota,
                to,
                in_trial: tenant.subscription_status == SubscriptionStatus::Trialing,
                past_due: tenant.subscription_status == SubscriptionStatus::PastDue,
                unit_amount: plan.unit.amount,
                currency: plan.unit.currency,
                interval: plan.interval,
                interval_count: plan.interval_count,
                next_at: tenant.trial_ends_at.or(tenant.current_period_end),
            }),
            _ => Err(BillingError::NoSubscription),
        }
    }

    /// Whether the change still starts from the same seats, at the cost that was quoted.
    pub(super) async fn holds(
        &self,
        tenant_id: &TenantId,
        quote: &SeatQuote,
    ) -> BillingResult<bool> {
        let tenant = self.sync_tenant(tenant_id, "seat change").await?;
        let change = self.change(&tenant, quote.to).await?;
        let same = change.subscription_id == quote.subscription_id
            && change.item_id == quote.item_id
            && change.from == quote.from
            && change.in_trial == quote.in_trial
            && change.is_prorated() == (quote.prorations != Prorations::None);
        if !same {
            return Ok(false);
        }
        let quoted = Cost { amount_due: quote.amount_due, credit: quote.credit };
        match self.preview(&change, quote.proration_date).await {
            Err(error @ BillingError::Stripe(GatewayError::KeyRefused { .. })) => Err(error),
            // For example, Stripe prorates nothing in a period that is over.
            Err(BillingError::Stripe(error)) if error.is_refusal() => {
                tracing::info!(%tenant_id, quote_id = quote.id, %error, "a quote is stale");
                Ok(false)
            }
            preview => Ok(Cost::of(&preview?, quote.prorations) == quoted),
        }
    }

    /// What a change is invoiced at, by Stripe's preview; nothing without prorations.
    pub(super) async fn preview(
        &self,
        change: &Change,
        proration_date: i64,
    ) -> BillingResult<Preview> {
        if !change.is_prorated() {
            return Ok(Preview::default());
        }
        Ok(self.stripe.preview_quantity(change.quantity(proration_date)).await?)
    }

    /// What happens to the change's prorations, given their preview.
    pub(super) async fn prorations(
        &self,
        change: &Change,
        preview: &Preview,
    ) -> BillingResult<Prorations> {
        if !change.is_prorated() {
            return Ok(Prorations::None);
        }
        // A period that is not paid yet may never be: its credit must not pay for something else.
        if preview.total < 0 && self.stripe.period_is_unpaid(&change.subscription_id).await? {
            return Ok(Prorations::NextInvoice);
        }
        let fewer = change.to.get() < change.from;
        Ok(match fewer && preview.amount_due == 0 {
            true => Prorations::CreditedNow,
            false => Prorations::ChargedNow,
        })
    }

    /// What each period costs after a change: by the price where Stripe has no preview, because the
    /// subscription is to end.
    pub(super) async fn each_period(
        &self,
        change: &Change,
        proration_date: i64,
    ) -> BillingResult<Preview> {
        let preview = self.stripe.preview_recurring(change.quantity(proration_date)).await?;
        Ok(preview.unwrap_or_else(|| Preview {
            total: change.unit_amount.saturating_mul(i64::from(change.to.get())),
            currency: change.currency.clone(),
            ..Preview::default()
        }))
    }
}
