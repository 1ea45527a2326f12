//! Stripe Events as they are read.

use crate::model::Timestamp;

/// A Stripe Event, as far as it is read and kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeEvent {
    pub id: String,
    /// The Event's `type`.
    pub event_type: String,
    pub api_version: Option<String>,
    pub livemode: bool,
    /// `data.object.id` and `data.object.object`.
    pub object_id: Option<String>,
    pub object_type: Option<String>,
    /// `data.object.customer`, or the object's own id if it is a customer.
    pub customer_id: Option<String>,
    /// `request.id` and `request.idempotency_key` of the API call that caused the event.
    pub request_id: Option<String>,
    pub idempotency_key: Option<String>,
    pub created: Timestamp,
}

impl StripeEvent {
    /// Fills in the customer, if the object is one itself.
    pub fn with_owner(mut self) -> Self {
        if self.customer_id.is_none() && self.object_type.as_deref() == Some("customer") {
            self.customer_id.clone_from(&self.object_id);
        }
        self
    }
}
