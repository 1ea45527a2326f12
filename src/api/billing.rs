//! Subscribing, changing seats, cancelling, and the ways to Stripe's own pages.

use crate::api::ApiResult;
use crate::model::{
    AskQuote, Cancel, ChangeQuantity, CheckoutUrl, ConfirmCheckout, Confirmation, Invoice,
    NextCharge, OnTenant, PortalUrl, Quote, StartCheckout, Tenant, TenantId,
};
use dioxus::fullstack::Json;
use dioxus::prelude::*;

#[cfg(feature = "web")]
use crate::api::client as dioxus_fullstack;
#[cfg(feature = "server")]
use crate::auth::Session;
#[cfg(feature = "server")]
use crate::billing::SeatChange;
#[cfg(feature = "server")]
use crate::model::View;

/// Opens a Stripe Checkout for a new subscription, or gives the one that is open already.
#[post("/api/portal/billing/checkout", session: Session)]
pub async fn start_checkout(body: Json<StartCheckout>) -> ApiResult<CheckoutUrl> {
    let member = session.manager(&body.tenant_id).await?;
    let _turn = session.billing().turn(&member.tenant_id).await?;
    let checkout_url =
        session.billing().start_checkout(&member.tenant_id, body.agent_count).await?;
    Ok(CheckoutUrl { checkout_url })
}

/// Verifies that the Checkout Session is the tenant's own, and syncs at once.
#[post("/api/portal/billing/confirm", session: Session)]
pub async fn confirm_checkout(body: Json<ConfirmCheckout>) -> ApiResult<Confirmation> {
    let member = session.member(&body.tenant_id).await?;
    let _turn = session.billing().turn(&member.tenant_id).await?;
    Ok(session.billing().confirm_checkout(&member.tenant_id, &body.session_id).await?)
}

/// Opens Stripe's Billing Portal for the tenant's customer.
#[post("/api/portal/billing/portal", session: Session)]
pub async fn open_portal(body: Json<OnTenant>) -> ApiResult<PortalUrl> {
    let member = session.manager(&body.tenant_id).await?;
    let _turn = session.billing().turn(&member.tenant_id).await?;
    let portal_url = session.billing().open_portal(&member.tenant_id).await?;
    Ok(PortalUrl { portal_url })
}

/// Says what another number of agents would cost.
#[post("/api/portal/billing/quote", session: Session)]
pub async fn quote(body: Json<AskQuote>) -> ApiResult<Quote> {
    let member = session.manager(&body.tenant_id).await?;
    let _turn = session.billing().turn(&member.tenant_id).await?;
    Ok(session.billing().quote(&member.tenant_id, body.agent_count).await?)
}

/// Changes how many agents the subscription is for, as quoted.
#[post("/api/portal/billing/quantity", session: Session)]
pub async fn change_quantity(body: Json<ChangeQuantity>) -> ApiResult<Tenant> {
    let member = session.manager(&body.tenant_id).await?;
    let _turn = session.billing().turn(&member.tenant_id).await?;
    let change = SeatChange { agent_count: body.agent_count, turn_off: body.turn_off.as_slice() };
    let (billing, tenant_id) = (session.billing(), &member.tenant_id);
    Ok(match &body.quote_id {
        Some(quote_id) => billing.confirm_quote(tenant_id, change, quote_id).await?,
        None => billing.change_quantity(tenant_id, change).await?,
    })
}

/// Cancels the subscription, at the period's end unless said otherwise.
#[post("/api/portal/billing/cancel", session: Session)]
pub async fn cancel(body: Json<Cancel>) -> ApiResult<Tenant> {
    let member = session.manager(&body.tenant_id).await?;
    let _turn = session.billing().turn(&member.tenant_id).await?;
    Ok(session.billing().cancel(&member.tenant_id, body.at).await?)
}

/// Takes a scheduled cancellation back, or ends a pause: a new period is charged then.
#[post("/api/portal/billing/resume", session: Session)]
pub async fn resume(body: Json<OnTenant>) -> ApiResult<Tenant> {
    let member = session.manager(&body.tenant_id).await?;
    let _turn = session.billing().turn(&member.tenant_id).await?;
    Ok(session.billing().resume(&member.tenant_id).await?)
}

/// Reads the subscription from Stripe again.
#[post("/api/portal/billing/refresh", session: Session)]
pub async fn refresh(body: Json<OnTenant>) -> ApiResult<Tenant> {
    let member = session.member(&body.tenant_id).await?;
    let _turn = session.billing().turn(&member.tenant_id).await?;
    Ok(session.billing().refresh(&member.tenant_id).await?)
}

/// The tenant's latest invoices, newest first, from Stripe.
#[get("/api/portal/billing/invoices?tenant_id", session: Session)]
pub async fn invoices(tenant_id: TenantId) -> ApiResult<Vec<Invoice>> {
    let member = session.reader(&tenant_id, View::Billing).await?;
    let _turn = session.billing().turn(&member.tenant_id).await?;
    Ok(session.billing().invoices(&member.tenant_id).await?)
}

/// What Stripe will charge next; null where nothing is going to be charged.
#[get("/api/portal/billing/next_charge?tenant_id", session: Session)]
pub async fn next_charge(tenant_id: TenantId) -> ApiResult<Option<NextCharge>> {
    let member = session.reader(&tenant_id, View::Billing).await?;
    let _turn = session.billing().turn(&member.tenant_id).await?;
    Ok(session.billing().next_charge(&member.tenant_id).await?)
}
