//! Refunding what was paid for a subscription or an invoice.

use crate::model::Money;
use crate::stripe::client::{PAGE, Stripe};
use crate::stripe::wire::{Object, WireBilled, WireRefund};
use crate::stripe::{GatewayError, GatewayResult, invoices};
use std::collections::HashMap;
use stripe_billing::credit_note::CreateCreditNote;
use stripe_billing::invoice::{ListInvoice, RetrieveInvoice};
use stripe_core::refund::{CreateRefund, RetrieveRefund};
use uuid::Uuid;

/// In the metadata of the Refunds that the portal makes, whose entries in the timeline say why.
const PORTAL: &str = "portal";
/// Stripe's error code for a payment that is refunded already.
const REFUNDED: &str = "charge_already_refunded";
/// And for a disputed payment, which Stripe never refunds.
const DISPUTED: &str = "charge_disputed";

pub async fn refund(
    stripe: &Stripe,
    subscription_id: &str,
    key: &str,
) -> GatewayResult<Option<Money>> {
    let list = ListInvoice::new()
        .subscription(subscription_id)
        .expand(["data.payments".to_owned()])
        .limit(PAGE);
    let all = stripe.read_all(list, |list, id| list.starting_after(id), WireBilled::id).await?;
    for invoice in all.iter().filter(|invoice| invoice.is_open()) {
        invoices::void(stripe, invoice.id()).await?;
    }
    refund_payments(stripe, &all, key).await
}

pub async fn refund_invoice(
    stripe: &Stripe,
    invoice_id: &str,
    key: &str,
) -> GatewayResult<Option<Money>> {
    let request = RetrieveInvoice::new(invoice_id).expand(["payments".to_owned()]);
    let invoice: WireBilled = stripe.without_key(&request).await?;
    refund_payments(stripe, &[invoice], key).await
}

pub async fn refunded_by_hand(stripe: &Stripe, refund_id: &str) -> GatewayResult<Option<Money>> {
    let refund: WireRefund = stripe.without_key(&RetrieveRefund::new(refund_id)).await?;
    let counts = !refund.has_failed() && !refund.is_made_by(PORTAL);
    Ok(counts.then(|| Money::new(refund.amount, refund.currency)))
}

async fn refund_payments(
    stripe: &Stripe,
    invoices: &[WireBilled],
    key: &str,
) -> GatewayResult<Option<Money>> {
    let mut sum: Option<Money> = None;
    for invoice in invoices {
        for intent in invoice.paid_by() {
            let refund = match refund_payment(stripe, intent, key).await {
                Err(GatewayError::Refused { code, .. }) if code == REFUNDED => continue,
                Err(GatewayError::Refused { code, .. }) if code == DISPUTED => {
                    tracing::error!(
                        invoice_id = invoice.id(),
                        payment_intent = intent,
                        "a payment to be refunded is disputed: see to it in the Dashboard"
                    );
                    continue;
                }
                refund => refund?,
            };
            sum = Some(plus(sum, Money::new(refund.amount, refund.currency)));
        }
        if let Some(credit) = invoice.credit_used() {
            return_credit(stripe, invoice, &format!("{key}-{}", invoice.id())).await?;
            sum = Some(plus(sum, credit));
        }
    }
    Ok(sum)
}

fn plus(sum: Option<Money>, more: Money) -> Money {
    let before = sum.map_or(0, |sum| sum.amount);
    Money::new(before.saturating_add(more.amount), more.currency)
}

/// Returns to the customer's balance what it paid of an invoice: a refund leaves that out.
async fn return_credit(stripe: &Stripe, invoice: &WireBilled, key: &str) -> GatewayResult<()> {
    match make_credit_note(stripe, invoice, key).await {
        // It may have been made all the same, and a second one would return it twice.
        Err(GatewayError::Failed(_)) => {
            let now: WireBilled = stripe.without_key(&RetrieveInvoice::new(invoice.id())).await?;
            make_credit_note(stripe, &now, &format!("{key}-again")).await
        }
        answer => answer,
    }
}

async fn make_credit_note(stripe: &Stripe, invoice: &WireBilled, key: &str) -> GatewayResult<()> {
    match invoice.credit_to_return() {
        0 => Ok(()),
        amount => {
            let note = CreateCreditNote::new(invoice.id()).amount(amount).credit_amount(amount);
            stripe.with_key::<Object>(&note, key).await.map(|_| ())
        }
    }
}

/// Refunds the whole payment, which Stripe does only once. After a failure a new key is used: under the
/// same one Stripe would repeat the failure for a day.
async fn refund_payment(stripe: &Stripe, intent: &str, key: &str) -> GatewayResult<WireRefund> {
    let made_by = HashMap::from([("made_by".to_owned(), PORTAL.to_owned())]);
    let request = CreateRefund::new().payment_intent(intent).metadata(made_by);
    match stripe.with_key(&request, &format!("{key}-{intent}")).await {
        Err(GatewayError::Failed(_)) => {
            stripe.with_key(&request, &Uuid::new_v4().to_string()).await
        }
        answer => answer,
    }
}
