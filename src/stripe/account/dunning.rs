//! What happens to a subscription after the last retry of a payment. Stripe's API doesn't expose this
//! account setting: only its outcome can be seen.

use crate::stripe::GatewayResult;
use crate::stripe::client::{PAGE, Stripe};
use crate::stripe::wire::List;
use miniserde::Deserialize;
use stripe_billing::subscription::{ListSubscription, ListSubscriptionStatus};

/// What the account's subscriptions show of that setting, each with an example's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AfterLastRetry {
    /// One stays `past_due` though no retry is left.
    StaysPastDue(String),
    /// One is `unpaid`.
    Unpaid(String),
    /// One was `canceled` for `payment_failed`.
    Canceled(String),
    /// None has got that far yet.
    Unseen,
}

#[derive(Deserialize)]
struct Overdue {
    id: String,
    latest_invoice: Option<OverdueInvoice>,
    cancellation_details: Option<CancellationDetails>,
}

#[derive(Deserialize)]
struct OverdueInvoice {
    status: Option<String>,
    attempt_count: u64,
    next_payment_attempt: Option<i64>,
}

#[derive(Deserialize)]
struct CancellationDetails {
    reason: Option<String>,
}

impl Overdue {
    fn has_no_retry_left(&self) -> bool {
        self.latest_invoice.as_ref().is_some_and(|invoice| {
            invoice.status.as_deref() == Some("open")
                && invoice.attempt_count > 0
                && invoice.next_payment_attempt.is_none()
        })
    }

    fn ended_for_a_failed_payment(&self) -> bool {
        let reason =
            self.cancellation_details.as_ref().and_then(|details| details.reason.as_deref());
        reason == Some("payment_failed")
    }
}

impl Stripe {
    /// Looks among the latest hundred subscriptions of each status.
    pub async fn after_last_retry(&self) -> GatewayResult<AfterLastRetry> {
        let overdue = self.subscriptions_in(ListSubscriptionStatus::PastDue).await?;
        if let Some(stays) = overdue.into_iter().find(Overdue::has_no_retry_left) {
            return Ok(AfterLastRetry::StaysPastDue(stays.id));
        }
        let unpaid = self.subscriptions_in(ListSubscriptionStatus::Unpaid).await?;
        if let Some(unpaid) = unpaid.into_iter().next() {
            return Ok(AfterLastRetry::Unpaid(unpaid.id));
        }
        let canceled = self.subscriptions_in(ListSubscriptionStatus::Canceled).await?;
        let canceled = canceled.into_iter().find(Overdue::ended_for_a_failed_payment);
        Ok(canceled.map_or(AfterLastRetry::Unseen, |one| AfterLastRetry::Canceled(one.id)))
    }

    async fn subscriptions_in(
        &self,
        status: ListSubscriptionStatus,
    ) -> GatewayResult<Vec<Overdue>> {
        let request = ListSubscription::new()
            .status(status)
            .expand(["data.latest_invoice".to_owned()])
            .limit(PAGE);
        Ok(self.without_key::<List<Overdue>>(&request).await?.data)
    }
}
