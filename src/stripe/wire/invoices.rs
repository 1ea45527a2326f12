//! What is read of invoices, their previews and their payments.

use super::{List, moment};
use crate::model::{Invoice, Money, NextCharge, UnpaidInvoice};
use crate::stripe::{GatewayResult, Payment, Preview};
use miniserde::Deserialize;

/// An invoice with its payments.
#[derive(Deserialize)]
pub struct WireBilled {
    id: String,
    status: Option<String>,
    starting_balance: i64,
    ending_balance: Option<i64>,
    post_payment_credit_notes_amount: i64,
    currency: String,
    payments: Option<List<WirePaid>>,
}

#[derive(Deserialize)]
struct WirePaid {
    status: String,
    payment: WirePaidBy,
}

#[derive(Deserialize)]
struct WirePaidBy {
    payment_intent: Option<String>,
}

impl WireBilled {
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn is_open(&self) -> bool {
        self.status.as_deref() == Some("open")
    }

    /// What the customer's credit paid of it, if it is paid.
    pub fn credit_used(&self) -> Option<Money> {
        let paid = self.status.as_deref() == Some("paid");
        let ending = self.ending_balance.filter(|_| paid)?;
        let used = ending.saturating_sub(self.starting_balance);
        (used > 0).then(|| Money::new(used, self.currency.as_str()))
    }

    /// The same, as far as no credit note has given it back, in minor units.
    pub fn credit_to_return(&self) -> i64 {
        let used = self.credit_used().map_or(0, |used| used.amount);
        used.saturating_sub(self.post_payment_credit_notes_amount).max(0)
    }

    /// The PaymentIntents that succeeded.
    pub fn paid_by(&self) -> impl Iterator<Item = &str> {
        let payments = self.payments.iter().flat_map(|list| &list.data);
        let paid = payments.filter(|one| one.status == "paid");
        paid.filter_map(|one| one.payment.payment_intent.as_deref())
    }
}

#[derive(Deserialize)]
pub struct WireRefund {
    pub amount: i64,
    pub currency: String,
    status: Option<String>,
    metadata: Option<WireMadeBy>,
}

#[derive(Deserialize)]
struct WireMadeBy {
    made_by: Option<String>,
}

impl WireRefund {
    pub fn has_failed(&self) -> bool {
        matches!(self.status.as_deref(), Some("failed" | "canceled"))
    }

    pub fn is_made_by(&self, who: &str) -> bool {
        self.metadata.as_ref().is_some_and(|it| it.made_by.as_deref() == Some(who))
    }
}

/// An invoice with its payments.
#[derive(Deserialize)]
pub struct WireUnpaid {
    id: String,
    status: Option<String>,
    amount_remaining: i64,
    currency: String,
    next_payment_attempt: Option<i64>,
    hosted_invoice_url: Option<String>,
    payments: Option<List<WireInvoicePayment>>,
}

#[derive(Deserialize)]
struct WireInvoicePayment {
    payment: WirePayment,
}

#[derive(Deserialize)]
struct WirePayment {
    payment_intent: Option<WireIntent>,
}

#[derive(Deserialize)]
struct WireIntent {
    status: String,
}

impl WireUnpaid {
    /// `None` unless it is open.
    pub fn into_unpaid(self) -> GatewayResult<Option<UnpaidInvoice>> {
        if self.status.as_deref() != Some("open") {
            return Ok(None);
        }
        let payments = self.payments.map(|list| list.data).unwrap_or_default();
        let mut intents = payments.iter().filter_map(|one| one.payment.payment_intent.as_ref());
        Ok(Some(UnpaidInvoice {
            invoice_id: self.id,
            amount_due: Money::new(self.amount_remaining, self.currency),
            next_payment_attempt: self.next_payment_attempt.map(moment).transpose()?,
            awaits_action: intents.any(|intent| intent.status == "requires_action"),
            hosted_invoice_url: self.hosted_invoice_url,
            drafts_wait: false,
        }))
    }
}

#[derive(Deserialize)]
pub struct WireDue {
    id: String,
    number: Option<String>,
    status: Option<String>,
    billing_reason: Option<String>,
    total: i64,
    starting_balance: i64,
    amount_due: i64,
    amount_paid: i64,
    currency: String,
}

impl From<WireDue> for Payment {
    fn from(wire: WireDue) -> Self {
        Self {
            number: wire.number.unwrap_or(wire.id),
            renews: renews(wire.billing_reason.as_deref()),
            void: wire.status.as_deref() == Some("void"),
            credit_used: match wire.status.as_deref() {
                Some("paid") => credit_used(wire.total, wire.starting_balance),
                _ => 0,
            },
            due: Money::new(wire.amount_due, wire.currency.as_str()),
            paid: Money::new(wire.amount_paid, wire.currency),
        }
    }
}

fn renews(billing_reason: Option<&str>) -> bool {
    billing_reason == Some("subscription_cycle")
}

#[derive(Deserialize)]
pub struct WirePreview {
    amount_due: i64,
    total: i64,
    starting_balance: i64,
    currency: String,
    period_end: i64,
    total_discount_amounts: Option<Vec<WireAmount>>,
    total_taxes: Option<Vec<WireAmount>>,
}

#[derive(Deserialize)]
struct WireAmount {
    amount: i64,
}

impl From<WirePreview> for Preview {
    fn from(wire: WirePreview) -> Self {
        let sum = |amounts: Option<Vec<WireAmount>>| {
            amounts.unwrap_or_default().iter().map(|one| one.amount).sum()
        };
        Self {
            amount_due: wire.amount_due,
            total: wire.total,
            credit_used: credit_used(wire.total, wire.starting_balance),
            discount: sum(wire.total_discount_amounts),
            tax: sum(wire.total_taxes),
            currency: wire.currency,
        }
    }
}

/// What a customer's credit, a negative balance, pays of a total.
fn credit_used(total: i64, balance: i64) -> i64 {
    total.min(balance.saturating_neg()).max(0)
}

impl WirePreview {
    pub fn into_next_charge(self) -> GatewayResult<NextCharge> {
        Ok(NextCharge {
            amount_due: self.amount_due,
            credit_used: credit_used(self.total, self.starting_balance),
            currency: self.currency,
            at: moment(self.period_end)?,
        })
    }
}

#[derive(Deserialize)]
pub struct WireInvoice {
    id: String,
    number: Option<String>,
    created: i64,
    total: i64,
    amount_remaining: i64,
    currency: String,
    status: Option<String>,
    auto_advance: Option<bool>,
    billing_reason: Option<String>,
    hosted_invoice_url: Option<String>,
    invoice_pdf: Option<String>,
    parent: Option<WireParent>,
}

#[derive(Deserialize)]
struct WireParent {
    subscription_details: Option<WireOfSubscription>,
}

#[derive(Deserialize)]
struct WireOfSubscription {
    subscription: String,
}

impl WireInvoice {
    /// Whether it is for a whole period, the first or another.
    pub fn is_for_a_period(&self) -> bool {
        let reason = self.billing_reason.as_deref();
        renews(reason) || reason == Some("subscription_create")
    }

    pub fn into_invoice(self) -> GatewayResult<Invoice> {
        Ok(Invoice {
            id: self.id,
            number: self.number,
            created: moment(self.created)?,
            amount_due: Money::new(self.amount_remaining, self.currency.as_str()),
            total: Money::new(self.total, self.currency),
            status: self.status.unwrap_or_else(|| "draft".to_owned()),
            auto_advance: self.auto_advance.unwrap_or_default(),
            hosted_invoice_url: self.hosted_invoice_url,
            invoice_pdf: self.invoice_pdf,
            subscription_id: self
                .parent
                .and_then(|parent| parent.subscription_details)
                .map(|details| details.subscription),
            agent_count: None,
        })
    }
}
