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
    /// Stripe's `amount_remaining`: less than the total where the customer's credit pays a part.
    pub amount_due: Money,
    /// Stripe's `status`: "draft", "open", "paid", "uncollectible" or "void".
    pub status: String,
    /// Stripe's `auto_advance`: whether it goes on with it by itself. Not with the drafts of periods in
    /// which a subscription was unpaid: they are never charged unless somebody at Stripe finalises them.
    #[serde(default)]
    pub auto_advance: bool,
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

    /// Whether it can still be changed, and will be due: as a renewal is in its first hour.
    pub fn is_coming(&self) -> bool {
        self.status == "draft" && self.auto_advance
    }
}

/// The open Stripe Invoice that keeps a subscription past due or unpaid until it is paid, or that one
/// which has ended leaves behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct UnpaidInvoice {
    pub invoice_id: String,
    /// Stripe's `amount_remaining`.
    pub amount_due: Money,
    /// When Stripe tries to charge it again by itself; null when it won't.
    pub next_payment_attempt: Option<Timestamp>,
    /// Whether the customer's bank waits for them to confirm the payment: its PaymentIntent has the
    /// status `requires_action`.
    pub awaits_action: bool,
    /// Where it can be paid, and the payment confirmed.
    pub hosted_invoice_url: Option<String>,
    /// Whether drafts wait beside it, as those of later periods do while a subscription is unpaid: then
    /// its payment alone does not make that active again.
    #[serde(default)]
    pub drafts_wait: bool,
}

impl UnpaidInvoice {
    /// Where the payment can be confirmed, if the bank waits for that.
    pub fn awaited_action(self) -> Option<String> {
        self.hosted_invoice_url.filter(|_| self.awaits_action)
    }
}

/// The response of `GET /api/portal/billing/next_charge`: what Stripe will charge next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct NextCharge {
    /// In minor units: the `amount_due` of Stripe's preview of the next invoice.
    pub amount_due: i64,
    /// What the customer's credit at Stripe pays of it besides, in minor units.
    #[serde(default)]
    pub credit_used: i64,
    /// ISO 4217 code in lower case.
    pub currency: String,
    /// When the invoice is issued: the trial's or the period's end.
    pub at: Timestamp,
}
