//! What a change of seats would cost.

use crate::model::{AgentCount, Timestamp};
use serde::{Deserialize, Serialize};

/// The answer of `POST /api/portal/billing/quote`: confirm it by `quote_id`, and exactly this is
/// charged, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Quote {
    pub quote_id: String,
    pub agent_count: AgentCount,
    /// What confirming charges today, in minor units: the `amount_due` of Stripe's preview.
    pub amount_due: i64,
    /// What discounts take off in `amount_due`, as far as Stripe itemises them.
    pub discount: i64,
    /// What is tax in `amount_due`.
    pub tax: i64,
    /// What confirming takes off the next invoice, in minor units.
    pub credit: i64,
    /// ISO 4217 code in lower case, for all amounts here.
    pub currency: String,
    /// What each period costs from then on, in minor units: the `total` of Stripe's preview of the
    /// recurring invoice, with whatever else the subscription is for.
    pub next_amount: i64,
    /// What discounts take off in `next_amount`.
    pub next_discount: i64,
    /// What is tax in `next_amount`.
    pub next_tax: i64,
    /// The period: "day", "week", "month" or "year".
    pub interval: String,
    /// When the next invoice comes: the trial's end, or the period's.
    pub next_at: Option<Timestamp>,
    /// Until when it can be confirmed.
    pub expires_at: Timestamp,
    /// The number of agents of the change that waits for the customer's bank: confirming this quote
    /// gives it up.
    pub replaces: Option<AgentCount>,
}
