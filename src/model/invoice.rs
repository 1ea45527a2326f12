//! What Stripe has billed, and will bill next.

use crate::model::{Money, Timestamp};
use serde::{Deserialize, Serialize};

/// What the billing page shows of a Stripe Invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Invoice {
    pub id: String,
    /// Stripe's `number`; drafts have none.
    pub number: Option<String>,
    pub created: Timestamp,
    /// Stripe's `total`.
    pub total: Money,
    /// Stripe's `status`: "draft", "open", "paid", "uncollectible" or "void".
    pub status: String,
    pub hosted_invoice_url: Option<String>,
    pub invoice_pdf: Option<String>,
    /// The Subscription that it is for: Stripe's `parent.subscription_details.subscription`.
    pub subscription_id: Option<String>,
    /// The tenant's seats once it is paid, if a confirmed change waits for that.
    pub agent_count: Option<u32>,
}

impl Invoice {
    /// How many invoices pages show.
    pub const LISTED: usize = 24;

    /// Whether it awaits payment.
    pub fn is_open(&self) -> bool {
        self.status == "open"
    }
}

/// The response of `GET /api/portal/billing/next_charge`: what Stripe will charge next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct NextCharge {
    /// In minor units: the `amount_due` of Stripe's preview of the next invoice.
    pub amount_due: i64,
    /// ISO 4217 code in lower case.
    pub currency: String,
    /// When the invoice is issued: the trial's or the period's end.
    pub at: Timestamp,
}
