//! One trial per tenant, by tenant, owner's email and card. The first two are known before Checkout,
//! though an owner may have several open; the card only after it.

use crate::billing::{Billing, BillingResult};
use crate::model::{ActivityKind, Actor, StripeStatus, TenantId};
use crate::store::{NewActivity, NewTrial, TrialState};
use crate::stripe::Subscription;
use std::str::FromStr;

/// How many seconds after its subscription a trial of our Checkout begins at the latest.
const MOMENT: i64 = 3_600;

/// What happens to a trial whose card or owner has had one with another tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepeatedTrial {
    /// It goes on, and the timeline says so.
    Flag,
    /// It ends at once, which charges the card.
    EndTrial,
}

impl FromStr for RepeatedTrial {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "flag" => Ok(Self::Flag),
            "end_trial" => Ok(Self::EndTrial),
            _ => Err("must be flag or end_trial"),
        }
    }
}

impl Billing {
    /// Records the trials of these subscriptions in the ledger, and handles those that repeat another
    /// tenant's. Returns whether something was changed at Stripe.
    pub(super) async fn settle_trials(
        &self,
        tenant_id: &TenantId,
        subscriptions: &[Subscription],
    ) -> BillingResult<bool> {
        let mut changed = false;
        for subscription in subscriptions.iter().filter(|one| one.trial_end.is_some()) {
            changed |= self.settle_trial(tenant_id, subscription).await?;
        }
        Ok(changed)
    }

    async fn settle_trial(
        &self,
        tenant_id: &TenantId,
        subscription: &Subscription,
    ) -> BillingResult<bool> {
        let id = subscription.id.as_str();
        let trialing = subscription.status == Ok(StripeStatus::Trialing);
        let known = self.db.trial(tenant_id, id).await?;
        let complete =
            known.as_ref().is_some_and(|trial| trial.card_fingerprint.is_some() || !trialing);
        if !complete {
            self.note_trial(tenant_id, subscription, trialing).await?;
        } else if !known.is_some_and(|trial| trial.state == TrialState::Ending) {
            return Ok(false);
        }
        let ending = self.db.trial(tenant_id, id).await?;
        if !ending.is_some_and(|trial| trial.state == TrialState::Ending) {
            return Ok(false);
        }
        if trialing {
            // The ledger remembers it, so this key needs no intent. Under the same key Stripe would
            // repeat a failure for a day, so it changes every ten minutes.
            let ten_minutes = self.now().timestamp() / 600;
            self.stripe.end_trial(id, &format!("end-trial-{id}-{ten_minutes}")).await?;
        }
        let entry = self.repeated(id, "ended");
        Ok(self.db.end_trial(tenant_id, id, &entry, self.now()).await?)
    }

    fn repeated(&self, subscription_id: &str, outcome: &str) -> NewActivity {
        let entry = self.cause.entry_by(ActivityKind::TrialRepeated, Actor::Portal);
        entry.of(subscription_id).to(outcome)
    }

    /// Records a trial. One from our Checkout whose card or owner has had a trial with another tenant is
    /// flagged, or marked to be ended; one that somebody granted at Stripe is meant.
    async fn note_trial(
        &self,
        tenant_id: &TenantId,
        subscription: &Subscription,
        trialing: bool,
    ) -> BillingResult<()> {
        let id = subscription.id.as_str();
        let email = self.db.owner_email(tenant_id).await?;
        let card = self.stripe.card_fingerprint(id).await?;
        let flagged = self.repeated(id, "flagged");
        let ours = begins_with_checkout(tenant_id, subscription);
        let (repeated, entry) = match (ours, self.settings.repeated_trial) {
            (false, _) => (TrialState::Noted, None),
            (true, RepeatedTrial::EndTrial) if trialing => (TrialState::Ending, None),
            (true, RepeatedTrial::EndTrial | RepeatedTrial::Flag) => {
                (TrialState::Flagged, Some(&flagged))
            }
        };
        let trial = NewTrial {
            subscription_id: id,
            email: email.as_deref(),
            card_fingerprint: card.as_deref(),
            repeated,
            entry,
        };
        Ok(self.db.note_trial(tenant_id, trial, self.now()).await?)
    }
}

/// Whether it is the trial that our Checkout gave the subscription, rather than one given by hand,
/// perhaps later.
fn begins_with_checkout(tenant_id: &TenantId, subscription: &Subscription) -> bool {
    subscription.tenant_id.as_deref() == Some(tenant_id.as_str())
        && subscription.trial_start.is_some_and(|start| start - subscription.created < MOMENT)
}
