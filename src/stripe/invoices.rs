//! Invoices, and previews of them.

use crate::model::{Invoice, NextCharge, UnpaidInvoice};
use crate::stripe::client::{PAGE, Stripe};
use crate::stripe::wire::{List, Object, WireDue, WireInvoice, WirePreview, WireUnpaid};
use crate::stripe::{GatewayError, GatewayResult, NewQuantity, Payment, Preview};
use stripe_billing::invoice::{
    CreatePreviewInvoice, CreatePreviewInvoicePreviewMode, CreatePreviewInvoiceSubscriptionDetails,
    CreatePreviewInvoiceSubscriptionDetailsItems,
    CreatePreviewInvoiceSubscriptionDetailsProrationBehavior,
    CreatePreviewInvoiceSubscriptionDetailsResumeAt, ListInvoice, RetrieveInvoice,
    VoidInvoiceInvoice,
};
use stripe_shared::InvoiceStatus;

/// Stripe's error code where no invoice will come.
const NONE_UPCOMING: &str = "invoice_upcoming_none";

pub async fn invoices(stripe: &Stripe, customer_id: &str) -> GatewayResult<Vec<Invoice>> {
    let request = ListInvoice::new().customer(customer_id).limit(Invoice::LISTED as i64);
    let page: List<WireInvoice> = stripe.without_key(&request).await?;
    page.data.into_iter().map(WireInvoice::into_invoice).collect()
}

pub async fn open(stripe: &Stripe, subscription_id: &str) -> GatewayResult<Vec<Invoice>> {
    let open = with_status(stripe, subscription_id, InvoiceStatus::Open).await?;
    open.into_iter().map(WireInvoice::into_invoice).collect()
}

pub async fn has_drafts(stripe: &Stripe, subscription_id: &str) -> GatewayResult<bool> {
    Ok(!with_status(stripe, subscription_id, InvoiceStatus::Draft).await?.is_empty())
}

pub async fn period_is_unpaid(stripe: &Stripe, subscription_id: &str) -> GatewayResult<bool> {
    let (drafts, open) = tokio::try_join!(
        with_status(stripe, subscription_id, InvoiceStatus::Draft),
        with_status(stripe, subscription_id, InvoiceStatus::Open),
    )?;
    Ok(drafts.iter().chain(&open).any(WireInvoice::is_for_a_period))
}

/// The subscription's invoices with this status, newest first; the newest of them if there are many.
async fn with_status(
    stripe: &Stripe,
    subscription_id: &str,
    status: InvoiceStatus,
) -> GatewayResult<Vec<WireInvoice>> {
    let request = ListInvoice::new().subscription(subscription_id).status(status).limit(PAGE);
    Ok(stripe.without_key::<List<WireInvoice>>(&request).await?.data)
}

pub async fn next_charge(
    stripe: &Stripe,
    customer_id: &str,
    subscription_id: &str,
) -> GatewayResult<Option<NextCharge>> {
    upcoming(stripe, CreatePreviewInvoice::new(), customer_id, subscription_id).await
}

pub async fn resume_charge(
    stripe: &Stripe,
    customer_id: &str,
    subscription_id: &str,
) -> GatewayResult<Option<NextCharge>> {
    let mut details = CreatePreviewInvoiceSubscriptionDetails::new();
    details.resume_at = Some(CreatePreviewInvoiceSubscriptionDetailsResumeAt::Now);
    let request = CreatePreviewInvoice::new().subscription_details(details);
    upcoming(stripe, request, customer_id, subscription_id).await
}

async fn upcoming(
    stripe: &Stripe,
    request: CreatePreviewInvoice,
    customer_id: &str,
    subscription_id: &str,
) -> GatewayResult<Option<NextCharge>> {
    let request = request.customer(customer_id).subscription(subscription_id);
    match unless_none_comes(stripe.without_key::<WirePreview>(&request).await)? {
        Some(preview) => preview.into_next_charge().map(Some),
        None => Ok(None),
    }
}

pub async fn preview_quantity(stripe: &Stripe, change: NewQuantity<'_>) -> GatewayResult<Preview> {
    let mut details = details(change);
    details.proration_date = Some(change.proration_date);
    details.proration_behavior =
        Some(CreatePreviewInvoiceSubscriptionDetailsProrationBehavior::AlwaysInvoice);
    let request = CreatePreviewInvoice::new()
        .subscription(change.subscription_id)
        .subscription_details(details);
    Ok(stripe.without_key::<WirePreview>(&request).await?.into())
}

pub async fn preview_recurring(
    stripe: &Stripe,
    change: NewQuantity<'_>,
) -> GatewayResult<Option<Preview>> {
    let request = CreatePreviewInvoice::new()
        .subscription(change.subscription_id)
        .preview_mode(CreatePreviewInvoicePreviewMode::Recurring)
        .subscription_details(details(change));
    let preview = unless_none_comes(stripe.without_key::<WirePreview>(&request).await)?;
    Ok(preview.map(Preview::from))
}

pub async fn payment(stripe: &Stripe, invoice_id: &str) -> GatewayResult<Payment> {
    Ok(stripe.without_key::<WireDue>(&RetrieveInvoice::new(invoice_id)).await?.into())
}

pub async fn unpaid(stripe: &Stripe, invoice_id: &str) -> GatewayResult<Option<UnpaidInvoice>> {
    let request = RetrieveInvoice::new(invoice_id)
        .expand(["payments.data.payment.payment_intent".to_owned()]);
    stripe.without_key::<WireUnpaid>(&request).await?.into_unpaid()
}

pub async fn void(stripe: &Stripe, invoice_id: &str) -> GatewayResult<()> {
    match stripe.without_key::<Object>(&VoidInvoiceInvoice::new(invoice_id)).await {
        // It is not open any more, or is in the account's other mode.
        Err(GatewayError::Refused { .. } | GatewayError::Missing { .. }) | Ok(_) => Ok(()),
        Err(error) => Err(error),
    }
}

fn details(change: NewQuantity<'_>) -> CreatePreviewInvoiceSubscriptionDetails {
    let mut item = CreatePreviewInvoiceSubscriptionDetailsItems::new();
    item.id = Some(change.item_id.to_owned());
    item.quantity = Some(change.quantity.get().into());
    let mut details = CreatePreviewInvoiceSubscriptionDetails::new();
    details.items = Some(vec![item]);
    details
}

/// Turns Stripe's error that no invoice will come into `None`.
fn unless_none_comes<T>(answer: GatewayResult<T>) -> GatewayResult<Option<T>> {
    match answer {
        Err(GatewayError::Refused { code, .. }) if code == NONE_UPCOMING => Ok(None),
        answer => answer.map(Some),
    }
}
