//! Which of Stripe's events there is something to do for.

/// The event that says what was paid.
pub const INVOICE_PAID: &str = "invoice.paid";

/// The event that says what could not be collected.
pub const INVOICE_PAYMENT_FAILED: &str = "invoice.payment_failed";

/// The types of events that the endpoint at Stripe is set up for: with each change to a subscription, or
/// to its customer, comes at least one of them. Stripe's words.
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

/// Beside those, whatever happens to a subscription, an invoice or a Checkout, for endpoints that were
/// set up by hand.
const FAMILIES: [&str; 3] = ["checkout.session.", "customer.subscription.", "invoice."];

/// Whether an event of this type is a reason to look at Stripe.
pub fn is_taken(event_type: &str) -> bool {
    let related = || FAMILIES.iter().any(|family| event_type.starts_with(family));
    EVENT_TYPES.contains(&event_type) || related()
}
