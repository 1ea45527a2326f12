//! Subscribing, changing seats, cancelling, and opening Stripe's own pages.

use crate::api::ApiResult;
use crate::model::{
    AskQuote, Cancel, ChangeQuantity, CheckoutUrl, ConfirmCheckout, Confirmation, Invoice,
    NextCharge, OnTenant, PortalUrl, Quote, StartCheckout, Tenant, TenantId,
};
use dioxus::fullstack::Json;
use dioxus::prelude::*;

#[cfg(feature = "server")]
use crate::api::Session;
#[cfg(feature = "web")]
use crate::api::client as dioxus_fullstack;
#[cfg(feature = "server")]
use crate::billing::SeatChange;
#[cfg(feature = "server")]
use crate::model::{View, VisitorLanguage};

/// Opens a Stripe Checkout for a new subscription, or returns the open one if it is for the same order.
#[post("/api/portal/billing/checkout", session: Session, language: VisitorLanguage)]
pub async fn start_checkout(body: Json<StartCheckout>) -> ApiResult<CheckoutUrl> {
    let billing = session.manager(&body.tenant_id).await?.in_turn(&body.tenant_id).await?;
    let (tenant_id, agent_count) = (&body.tenant_id, body.agent_count);
    let checkout_url = billing.start_checkout(tenant_id, agent_count, language).await?;
    Ok(CheckoutUrl { checkout_url })
}

/// Verifies that the Checkout Session is the tenant's own, and syncs once it is complete.
#[post("/api/portal/billing/confirm", session: Session)]
pub async fn confirm_checkout(body: Json<ConfirmCheckout>) -> ApiResult<Confirmation> {
    let billing = session.member(&body.tenant_id).await?.in_turn(&body.tenant_id).await?;
    Ok(billing.confirm_checkout(&body.tenant_id, &body.session_id).await?)
}

/// Opens Stripe's Billing Portal for the tenant's customer.
#[post("/api/portal/billing/portal", session: Session, language: VisitorLanguage)]
pub async fn open_portal(body: Json<OnTenant>) -> ApiResult<PortalUrl> {
    let billing = session.manager(&body.tenant_id).await?.in_turn(&body.tenant_id).await?;
    let portal_url = billing.open_portal(&body.tenant_id, language).await?;
    Ok(PortalUrl { portal_url })
}

/// Quotes the cost of another number of agents.
#[post("/api/portal/billing/quote", session: Session)]
pub async fn quote(body: Json<AskQuote>) -> ApiResult<Quote> {
    let billing = session.manager(&body.tenant_id).await?.in_turn(&body.tenant_id).await?;
    Ok(billing.quote(&body.tenant_id, body.agent_count).await?)
}

/// Changes the subscription's number of agents, as quoted.
#[post("/api/portal/billing/quantity", session: Session)]
pub async fn change_quantity(body: Json<ChangeQuantity>) -> ApiResult<Tenant> {
    let billing = session.manager(&body.tenant_id).await?.in_turn(&body.tenant_id).await?;
    let change = SeatChange { agent_count: body.agent_count, turn_off: body.turn_off.as_slice() };
    Ok(match &body.quote_id {
        Some(quote_id) => billing.confirm_quote(&body.tenant_id, change, quote_id).await?,
        None => billing.change_quantity(&body.tenant_id, change).await?,
    })
}

/// Withdraws a change of seats that waits for the customer's bank.
#[post("/api/portal/billing/withdraw", session: Session)]
pub async fn withdraw(body: Json<OnTenant>) -> ApiResult<Tenant> {
    let billing = session.manager(&body.tenant_id).await?.in_turn(&body.tenant_id).await?;
    Ok(billing.withdraw(&body.tenant_id).await?)
}

/// Cancels the subscription, by default at the end of the period.
#[post("/api/portal/billing/cancel", session: Session)]
pub async fn cancel(body: Json<Cancel>) -> ApiResult<Tenant> {
    let billing = session.manager(&body.tenant_id).await?.in_turn(&body.tenant_id).await?;
    Ok(billing.cancel(&body.tenant_id, body.at).await?)
}

/// Withdraws a scheduled cancellation, or ends a pause, which charges a new period.
#[post("/api/portal/billing/resume", session: Session)]
pub async fn resume(body: Json<OnTenant>) -> ApiResult<Tenant> {
    let billing = session.manager(&body.tenant_id).await?.in_turn(&body.tenant_id).await?;
    Ok(billing.resume(&body.tenant_id).await?)
}

/// Reads the subscription from Stripe again.
#[post("/api/portal/billing/refresh", session: Session)]
pub async fn refresh(body: Json<OnTenant>) -> ApiResult<Tenant> {
    let billing = session.member(&body.tenant_id).await?.in_turn(&body.tenant_id).await?;
    Ok(billing.refresh(&body.tenant_id).await?)
}

/// The tenant's latest invoices, newest first, from Stripe.
#[get("/api/portal/billing/invoices?tenant_id", session: Session)]
pub async fn invoices(tenant_id: TenantId) -> ApiResult<Vec<Invoice>> {
    let billing = session.reader(&tenant_id, View::Billing).await?.in_turn(&tenant_id).await?;
    Ok(billing.invoices(&tenant_id).await?)
}

/// Returns what Stripe will charge next, or for resuming a pause; `None` if nothing will be charged.
#[get("/api/portal/billing/next_charge?tenant_id", session: Session)]
pub async fn next_charge(tenant_id: TenantId) -> ApiResult<Option<NextCharge>> {
    let billing = session.reader(&tenant_id, View::Billing).await?.in_turn(&tenant_id).await?;
    Ok(billing.next_charge(&tenant_id).await?)
}
