//! What a change of seats would cost.

use crate::model::plan::once;
#[cfg(feature = "server")]
use crate::model::spelled;
use crate::model::{AgentCount, Timestamp};
use serde::{Deserialize, Serialize};

/// The response of `POST /api/portal/billing/quote`. Confirming it by `quote_id` charges exactly this,
/// or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Quote {
    pub quote_id: String,
    pub agent_count: AgentCount,
    /// What confirming charges today, in minor units: the `amount_due` of Stripe's preview.
    pub amount_due: i64,
    /// Discounts in what is invoiced today, as far as Stripe itemises them.
    pub discount: i64,
    /// Tax in what is invoiced today.
    pub tax: i64,
    /// What the customer's credit at Stripe pays of today's invoice, in minor units.
    #[serde(default)]
    pub credit_used: i64,
    /// What of today's invoice the next one charges, in minor units: it is below Stripe's smallest charge.
    #[serde(default)]
    pub carried_over: i64,
    /// What confirming adds to the customer's credit at Stripe, in minor units: it pays the next
    /// invoices, or a part of them.
    pub credit: i64,
    /// ISO 4217 code in lower case, for all amounts here.
    pub currency: String,
    /// What each period costs from then on, in minor units: the `total` of Stripe's preview of the
    /// recurring invoice, with whatever else the subscription is for.
    pub next_amount: i64,
    /// Discounts included in `next_amount`.
    pub next_discount: i64,
    /// Tax included in `next_amount`.
    pub next_tax: i64,
    /// The period: "day", "week", "month" or "year".
    pub interval: String,
    /// How many of them a period is.
    #[serde(default = "once")]
    pub interval_count: u32,
    /// When the next invoice is issued: the trial's or the period's end.
    pub next_at: Option<Timestamp>,
    /// The quote's expiry.
    pub expires_at: Timestamp,
    /// The number of agents of a change that awaits the customer's bank: confirming this quote abandons
    /// it.
    pub replaces: Option<AgentCount>,
}

#[cfg(feature = "server")]
spelled! {
    /// What happens to the prorations of a new quantity. Those that are invoiced now take along whatever
    /// else waits for an invoice.
    Prorations, "prorations" {
        /// The quantity changes once their invoice is paid: `proration_behavior=always_invoice` with
        /// `payment_behavior=pending_if_incomplete`.
        ChargedNow = "charged_now",
        /// They are added to the customer's credit balance: `always_invoice`, with nothing to pay.
        CreditedNow = "credited_now",
        /// They wait for the subscription's next invoice: `create_prorations`.
        NextInvoice = "next_invoice",
        /// There are none: `none`.
        None = "none",
    }
}
