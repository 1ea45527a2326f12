//! A change at Stripe is stored with its idempotency key before it is requested, so that a lost answer
//! can be retried without making the change twice.

use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{Tenant, TenantId};
use crate::store::{Intent, NewActivity, NewIntent};
use crate::stripe::{GatewayError, GatewayResult};
use chrono::TimeDelta;
use uuid::Uuid;

/// What an intent is about; a tenant has at most one open of each.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Customer,
    Checkout,
    Quantity,
    /// Cancelling, undoing that, and ending a pause: a later request replaces an earlier one.
    Cancellation,
    /// Ending a second subscription; the request is its id.
    Duplicate,
    /// Not a request: the invoice of a resume that the customer's bank waits for, until the pause is over.
    AwaitedResume,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Checkout => "checkout",
            Self::Quantity => "quantity",
            Self::Cancellation => "cancellation",
            Self::Duplicate => "duplicate",
            Self::AwaitedResume => "awaited_resume",
        }
    }

    /// How long an unanswered request is retried under its old key. Stripe keeps keys for a day. A
    /// request that sets a value must not be replayed once somebody may have set another.
    fn lifetime(self) -> TimeDelta {
        match self {
            Self::Customer | Self::Checkout | Self::Duplicate | Self::AwaitedResume => {
                TimeDelta::hours(23)
            }
            Self::Quantity | Self::Cancellation => TimeDelta::minutes(2),
        }
    }
}

impl Billing {
    /// Returns the open intent for this very request; else closes an older one, opens a new one and
    /// writes the entry.
    ///
    /// # Errors
    /// [`BillingError::CheckoutInProgress`] where a Checkout for something else is open: its link could
    /// still be paid. [`BillingError::ChangeInProgress`] where another request was faster, or another
    /// duplicate is being ended.
    pub(super) async fn intent(
        &self,
        tenant_id: &TenantId,
        kind: Kind,
        request: &str,
        entry: Option<&NewActivity>,
    ) -> BillingResult<Intent> {
        let now = self.clock.now();
        if let Some(open) = self.db.open_intent(tenant_id, kind.as_str()).await? {
            if self.is_asked_again(&open, kind, request) {
                return Ok(open);
            }
            match kind {
                Kind::Checkout if open.request != request => {
                    return Err(BillingError::CheckoutInProgress);
                }
                // Another sync is ending that one: without its intent nobody would refund it.
                Kind::Duplicate if open.request != request => {
                    return Err(BillingError::ChangeInProgress);
                }
                Kind::Customer
                | Kind::Checkout
                | Kind::Quantity
                | Kind::Cancellation
                | Kind::Duplicate
                | Kind::AwaitedResume => {}
            }
            self.db.close_intent(tenant_id, &open.id).await?;
        }
        let id = Uuid::now_v7().to_string();
        let operator_id = self.cause.operator_id();
        let new = NewIntent { kind: kind.as_str(), id: &id, request, operator_id };
        let mut open = self.db.begin_intent(tenant_id, new, entry, now).await?;
        if open.is_none() {
            // The one in the way was closed in between.
            open = self.db.begin_intent(tenant_id, new, entry, now).await?;
        }
        match (open, kind) {
            (Some(intent), _) if intent.request == request => Ok(intent),
            (_, Kind::Checkout) => Err(BillingError::CheckoutInProgress),
            (_, _) => Err(BillingError::ChangeInProgress),
        }
    }

    /// Whether this request is a retry under the open intent's key.
    pub(super) fn is_asked_again(&self, open: &Intent, kind: Kind, request: &str) -> bool {
        let age = self.clock.now() - open.created_at;
        open.request == request && age < kind.lifetime()
    }

    /// Makes a change at Stripe under the key of an intent that is stored first, then syncs, with `by`
    /// as the reason.
    pub(super) async fn ask(
        &self,
        tenant_id: &TenantId,
        kind: Kind,
        request: &str,
        by: &str,
        call: impl AsyncFnOnce(&Intent) -> GatewayResult<()>,
    ) -> BillingResult<Tenant> {
        let intent = self.intent(tenant_id, kind, request, None).await?;
        let answer = call(&intent).await;
        self.settle(tenant_id, &intent, answer).await?;
        self.sync_tenant(tenant_id, by).await
    }

    /// Closes the intent unless its outcome is unknown, and passes the answer on.
    pub(super) async fn settle<T: Send>(
        &self,
        tenant_id: &TenantId,
        intent: &Intent,
        answer: GatewayResult<T>,
    ) -> BillingResult<T> {
        if !matches!(answer, Err(GatewayError::Unavailable(_))) {
            self.db.close_intent(tenant_id, &intent.id).await?;
        }
        Ok(answer?)
    }
}
