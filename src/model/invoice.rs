//! What Stripe has billed.

use crate::model::{Money, Timestamp};
use serde::{Deserialize, Serialize};

/// A Stripe Invoice, as far as the billing page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
}
