//! Turns what a sync found into timeline entries.

use crate::billing::timeline::Cause;
use crate::billing::wish;
use crate::model::{
    ActivityKind, Actor, CancelAt, Money, StripeStatus, SubscriptionStatus, Timestamp, UnitPrice,
};
use crate::store::{Change, NewActivity, OperatorRequest, PriceState, Request};

/// A change that a sync has written, and its cause.
pub(super) struct Telling<'a> {
    pub cause: &'a Cause,
    pub change: &'a Change,
}

impl Telling<'_> {
    pub fn entries(&self) -> Vec<NewActivity> {
        let found = [
            self.subscription(),
            self.unknown_status(),
            self.seats(),
            self.trial_end(),
            self.cancellation(),
            self.price(),
            self.agents(ActivityKind::AgentsSuspended, &self.change.turned_off),
            self.agents(ActivityKind::AgentsRestored, &self.change.turned_on),
        ];
        found.into_iter().flatten().collect()
    }

    /// Whether this is another subscription than before.
    fn started(&self) -> bool {
        let Change { before, after, .. } = self.change;
        after.subscription_id.is_some() && after.subscription_id != before.subscription_id
    }

    /// An entry attributed to the operator who asked for just this, else to `else_by`; a failed
    /// payment, say, may surface with their request but isn't theirs.
    fn asked_for(&self, kind: ActivityKind, wish: Option<String>, else_by: Actor) -> NewActivity {
        match wish.and_then(|wish| self.request(&wish)) {
            Some(asked) => NewActivity {
                idempotency_key: Some(asked.key.clone()),
                ..self.cause.entry_by(kind, asked.operator.clone())
            },
            None => self.cause.entry_by(kind, else_by),
        }
    }

    fn request(&self, wish: &str) -> Option<&OperatorRequest> {
        self.change.asked.iter().find(|asked| match &asked.request {
            Request::Intent(request) => request == wish,
            Request::Quote { item_id, agent_count, .. } => {
                wish::seats(item_id, *agent_count) == wish
            }
        })
    }

    fn wish_for_seats(&self) -> Option<String> {
        let after = &self.change.after;
        Some(wish::seats(after.item_id.as_deref()?, after.agent_quota))
    }

    fn wish_to_cancel(&self, at: CancelAt) -> Option<String> {
        Some(wish::cancel(self.change.after.subscription_id.as_deref()?, at))
    }

    fn by_stripe(&self, kind: ActivityKind) -> NewActivity {
        self.cause.entry_by(kind, Actor::Stripe)
    }

    fn subscription(&self) -> Option<NewActivity> {
        let Change { before, after, .. } = self.change;
        if self.started() {
            let entry = self.by_stripe(ActivityKind::SubscriptionStarted).to(after.status);
            return Some(NewActivity { subject: after.subscription_id.clone(), ..entry });
        }
        let paused = before.stripe_status.as_deref() == Some(StripeStatus::Paused.as_str());
        let wish = match after.status {
            SubscriptionStatus::Active if paused => {
                after.subscription_id.as_deref().map(wish::end_pause)
            }
            SubscriptionStatus::Active
            | SubscriptionStatus::Trialing
            | SubscriptionStatus::PastDue
            | SubscriptionStatus::Unpaid => None,
            SubscriptionStatus::None | SubscriptionStatus::Canceled => {
                self.wish_to_cancel(CancelAt::Now)
            }
        };
        let entry = self.asked_for(ActivityKind::StatusChanged, wish, Actor::Stripe);
        (before.status != after.status).then(|| entry.from(before.status).to(after.status))
    }

    fn unknown_status(&self) -> Option<NewActivity> {
        let Change { before, after, .. } = self.change;
        let status = after.stripe_status.as_ref()?;
        let news = after.stripe_status != before.stripe_status;
        let unknown = news && status.parse::<StripeStatus>().is_err();
        unknown.then(|| self.by_stripe(ActivityKind::StatusUnknown).to(status))
    }

    /// Seats lost or regained with access are covered by the status.
    fn seats(&self) -> Option<NewActivity> {
        let Change { before, after, .. } = self.change;
        let had = if self.started() { 0 } else { before.agent_quota };
        let allowed = |status: SubscriptionStatus| status.policy().access.allows_agents();
        let kept_access = !self.started() && allowed(before.status) && allowed(after.status);
        let granted = self.started() && after.agent_quota > 0;
        if had == after.agent_quota || !(kept_access || granted) {
            return None;
        }
        let wish = self.wish_for_seats();
        let asked = wish.as_ref().and_then(|wish| self.request(wish));
        let amount = match asked.map(|asked| &asked.request) {
            Some(Request::Quote { amount, .. }) if amount.amount != 0 => Some(amount.clone()),
            Some(Request::Quote { .. } | Request::Intent(_)) | None => None,
        };
        let entry = self.asked_for(ActivityKind::SeatsChanged, wish, Actor::Stripe);
        Some(NewActivity { amount, ..entry.from(had).to(after.agent_quota) })
    }

    fn trial_end(&self) -> Option<NewActivity> {
        let (was, is) = (self.change.before.trial_ends_at?, self.change.after.trial_ends_at?);
        let moved = was != is && !self.started();
        let entry = self.by_stripe(ActivityKind::TrialEndChanged);
        moved.then(|| entry.from(written(was)).to(written(is)))
    }

    fn cancellation(&self) -> Option<NewActivity> {
        let Change { before, after, .. } = self.change;
        match (before.cancels_at.filter(|_| !self.started()), after.cancels_at) {
            (was, Some(is)) if was != Some(is) => {
                let wish = self.wish_to_cancel(CancelAt::PeriodEnd);
                let kind = ActivityKind::CancellationScheduled;
                let entry = self.asked_for(kind, wish, Actor::Stripe);
                Some(NewActivity { before: was.map(written), ..entry.to(written(is)) })
            }
            (Some(was), None) if after.status.is_live() => {
                let wish = after.subscription_id.as_deref().map(wish::resume);
                let kind = ActivityKind::CancellationWithdrawn;
                let entry = self.asked_for(kind, wish, Actor::Stripe);
                Some(entry.from(written(was)))
            }
            (_, Some(_)) | (Some(_), None) | (None, None) => None,
        }
    }

    fn price(&self) -> Option<NewActivity> {
        let (was, is) = (self.change.before.price.as_ref()?, self.change.after.price.as_ref()?);
        let changed = was.price_id != is.price_id && !self.started();
        let entry = self.by_stripe(ActivityKind::PriceChanged);
        changed.then(|| entry.from(unit(was).to_string()).to(unit(is).to_string()))
    }

    fn agents(&self, kind: ActivityKind, names: &[String]) -> Option<NewActivity> {
        let wish = match self.change.after.status.is_live() {
            true => self.wish_for_seats(),
            false => self.wish_to_cancel(CancelAt::Now),
        };
        let entry = self.asked_for(kind, wish, Actor::Portal);
        (!names.is_empty()).then(|| entry.of(names.join(", ")))
    }
}

fn written(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

fn unit(price: &PriceState) -> UnitPrice {
    UnitPrice {
        unit: Money::new(price.unit_amount, price.currency.as_str()),
        interval: price.interval.clone(),
        interval_count: price.interval_count,
    }
}
