//! Which of Stripe's events there is something to do for. The endpoint at Stripe is set up for these,
//! and the worker goes by the same list.

/// The event that says what was paid.
pub const INVOICE_PAID: &str = "invoice.paid";

/// The event that says what could not be collected.
pub const INVOICE_PAYMENT_FAILED: &str = "invoice.payment_failed";

/// The types of events that may have changed a subscription, or its customer; Stripe's words.
pub const EVENT_TYPES: &[&str] = &[
    "checkout.session.completed",
    "customer.deleted",
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.pending_update_applied",
    "customer.subscription.pending_update_expired",
    "customer.subscription.resumed",
    "customer.subscription.updated",
    INVOICE_PAID,
    "invoice.payment_action_required",
    INVOICE_PAYMENT_FAILED,
];

/// Whether an event of this type is a reason to look at Stripe.
pub fn is_taken(event_type: &str) -> bool {
    EVENT_TYPES.contains(&event_type)
}
