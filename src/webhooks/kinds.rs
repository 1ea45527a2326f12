//! Which of Stripe's events need processing.

/// The event for a paid invoice.
pub const INVOICE_PAID: &str = "invoice.paid";

/// The event for an invoice that could not be collected.
pub const INVOICE_PAYMENT_FAILED: &str = "invoice.payment_failed";

/// The event for a refund, whoever made it.
pub const REFUND_CREATED: &str = "refund.created";

/// The event types, as Stripe spells them, that the Webhook Endpoint is set up for: every change to a
/// subscription, to its customer, or to what is due for it sends at least one of them.
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
    "invoice.marked_uncollectible",
    INVOICE_PAID,
    "invoice.payment_action_required",
    INVOICE_PAYMENT_FAILED,
    "invoice.updated",
    "invoice.voided",
    REFUND_CREATED,
];

/// Besides those, every event of a subscription, an invoice or a Checkout, for endpoints that were set
/// up by hand.
const FAMILIES: [&str; 3] = ["checkout.session.", "customer.subscription.", "invoice."];

/// Whether an event of this type is a reason to sync.
pub fn is_taken(event_type: &str) -> bool {
    let related = || FAMILIES.iter().any(|family| event_type.starts_with(family));
    EVENT_TYPES.contains(&event_type) || related()
}
