//! The calls to Stripe that this product makes.

use crate::model::{
    AgentCount, Invoice, Money, NextCharge, StripeEvent, TenantId, Timestamp, UnpaidInvoice,
};
use crate::stripe::{
    CheckoutSession, GatewayResult, NewCheckout, NewCustomer, NewPortalSession, NewQuantity,
    Payment, Preview, Price, PriceRef, Subscription,
};
use async_trait::async_trait;

/// The calls to Stripe. Every change takes an idempotency key that a retry can repeat, except those
/// that may be made twice without harm: expiring a Checkout Session, voiding an invoice, and opening a
/// Billing Portal Session.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Whether real money moves: the key is a live one.
    fn livemode(&self) -> bool;

    /// The price with this id, or the active one with this lookup key.
    async fn price(&self, price: &PriceRef) -> GatewayResult<Price>;

    /// Creates a Customer and returns its `id`; if Stripe rejects the email, creates it without.
    async fn create_customer(&self, customer: NewCustomer<'_>, key: &str) -> GatewayResult<String>;

    /// The `id` of the Customer created for the tenant, by its email and `metadata`; `None` as well
    /// without an email to search for.
    async fn find_customer(
        &self,
        tenant_id: &TenantId,
        email: Option<&str>,
    ) -> GatewayResult<Option<String>>;

    /// Whether there is a Customer with this `id` that was created for the tenant and not deleted.
    async fn is_customer_of(&self, customer_id: &str, tenant_id: &TenantId) -> GatewayResult<bool>;

    /// All of the customer's subscriptions, whatever their status.
    async fn subscriptions(&self, customer_id: &str) -> GatewayResult<Vec<Subscription>>;

    /// Creates a Checkout Session in subscription mode, with a card up front and no other payment
    /// method: pending increases, and recognising repeated trials, need a card.
    async fn create_checkout(
        &self,
        checkout: NewCheckout<'_>,
        key: &str,
    ) -> GatewayResult<CheckoutSession>;

    /// Retrieves a Checkout Session.
    async fn checkout(&self, session_id: &str) -> GatewayResult<CheckoutSession>;

    /// Expires an open Checkout Session, so that nobody can pay it any more.
    async fn expire_checkout(&self, session_id: &str) -> GatewayResult<CheckoutSession>;

    /// Creates a Billing Portal Session and returns its `url`.
    async fn create_portal_session(&self, session: NewPortalSession<'_>) -> GatewayResult<String>;

    /// Sets the Subscription Item's quantity in a trial, where prorations amount to nothing. Refused
    /// once the period of `proration_date` (Unix seconds) is over: what is free in the trial costs
    /// something later.
    async fn set_quantity(
        &self,
        item_id: &str,
        quantity: AgentCount,
        proration_date: i64,
        key: &str,
    ) -> GatewayResult<()>;

    /// What a new quantity would be invoiced at.
    async fn preview_quantity(&self, change: NewQuantity<'_>) -> GatewayResult<Preview>;

    /// What each whole period would be invoiced at with a new quantity, without prorations and credits:
    /// Stripe's preview in `recurring` mode. `None` where Stripe says that no invoice will come.
    async fn preview_recurring(&self, change: NewQuantity<'_>) -> GatewayResult<Option<Preview>>;

    /// Sets the quantity. If that is charged at once and the charge fails, the quantity stays as it
    /// was, and the result is the `id` of the invoice that would still bring it.
    async fn change_quantity(
        &self,
        change: NewQuantity<'_>,
        key: &str,
    ) -> GatewayResult<Option<String>>;

    /// The `id` of the unpaid invoice that would change the subscription's quantity once it is paid, if
    /// there is one: the `latest_invoice` beside a `pending_update`.
    async fn unpaid_change(&self, subscription_id: &str) -> GatewayResult<Option<String>>;

    /// What is due on an invoice, and what was paid.
    async fn payment(&self, invoice_id: &str) -> GatewayResult<Payment>;

    /// What is still to be paid on an invoice, and how; `None` unless it is open.
    async fn unpaid_invoice(&self, invoice_id: &str) -> GatewayResult<Option<UnpaidInvoice>>;

    /// Where the customer can confirm the payment of an invoice to their bank, if the bank waits for
    /// that.
    async fn awaited_action(&self, invoice_id: &str) -> GatewayResult<Option<String>> {
        Ok(self.unpaid_invoice(invoice_id).await?.and_then(UnpaidInvoice::awaited_action))
    }

    /// Voids an open invoice; one that isn't open any more is left as it is.
    async fn void_invoice(&self, invoice_id: &str) -> GatewayResult<()>;

    /// Lets the subscription end with its period, whatever end was scheduled before.
    async fn cancel_at_period_end(&self, subscription_id: &str, key: &str) -> GatewayResult<()>;

    /// Ends the subscription now.
    async fn cancel_now(&self, subscription_id: &str, key: &str) -> GatewayResult<()>;

    /// Ends the trial now, and has the first invoice paid.
    async fn end_trial(&self, subscription_id: &str, key: &str) -> GatewayResult<()>;

    /// The `card.fingerprint` of the PaymentMethod that the subscription is paid with: the same for
    /// the same card number, whoever uses it. `None` without a card.
    async fn card_fingerprint(&self, subscription_id: &str) -> GatewayResult<Option<String>>;

    /// Refunds whatever was paid for the subscription, and voids its open invoices. Returns what was
    /// refunded under this key, if anything was. Skips disputed payments.
    async fn refund(&self, subscription_id: &str, key: &str) -> GatewayResult<Option<Money>>;

    /// The same for what was paid for one invoice.
    async fn refund_invoice(&self, invoice_id: &str, key: &str) -> GatewayResult<Option<Money>>;

    /// What a Refund gives back, if somebody made it at Stripe and it has not failed; `None` for those
    /// that the portal makes.
    async fn refunded_by_hand(&self, refund_id: &str) -> GatewayResult<Option<Money>>;

    /// Resumes a paused subscription with a new period, whose invoice is charged at once. If that
    /// fails, it stays `paused`, and the invoice open.
    async fn end_pause(&self, subscription_id: &str, key: &str) -> GatewayResult<()>;

    /// The subscription's open invoices, newest first: a change of seats that waits for its payment may
    /// have one beside that of a period.
    async fn open_invoices(&self, subscription_id: &str) -> GatewayResult<Vec<Invoice>>;

    /// The newest of them.
    async fn open_invoice(&self, subscription_id: &str) -> GatewayResult<Option<Invoice>> {
        Ok(self.open_invoices(subscription_id).await?.into_iter().next())
    }

    /// Whether the subscription has invoices that are still drafts.
    async fn has_drafts(&self, subscription_id: &str) -> GatewayResult<bool>;

    /// Whether a period of the subscription is not paid for yet: its invoice is open, or a draft, as
    /// each renewal is in its first hour.
    async fn period_is_unpaid(&self, subscription_id: &str) -> GatewayResult<bool>;

    /// Undoes a scheduled cancellation, whichever of Stripe's two fields holds it.
    async fn resume(&self, subscription: &Subscription, key: &str) -> GatewayResult<()>;

    /// A page of the Events of these types since `since` that some webhook endpoint has not accepted,
    /// newest first, starting after the `id` `after`; an empty page is the end.
    async fn undelivered_events(
        &self,
        types: &[&str],
        since: Timestamp,
        after: Option<&str>,
    ) -> GatewayResult<Vec<StripeEvent>>;

    /// The customer's latest invoices, newest first.
    async fn invoices(&self, customer_id: &str) -> GatewayResult<Vec<Invoice>>;

    /// What resuming the paused subscription with a new period would charge now.
    async fn resume_charge(
        &self,
        customer_id: &str,
        subscription_id: &str,
    ) -> GatewayResult<Option<NextCharge>>;

    /// What the subscription's next invoice will charge; `None` where none will come.
    async fn next_charge(
        &self,
        customer_id: &str,
        subscription_id: &str,
    ) -> GatewayResult<Option<NextCharge>>;
}
