//! The forms of the billing page.

use super::{Next, Sent, is_secure, to_page};
use crate::api;
use crate::model::{
    AgentCount, Cancel, CancelAt, ChangeQuantity, CheckoutUrl, ConfirmCheckout, OnTenant,
    PortalUrl, StartCheckout, Tenant, TenantId,
};
use crate::ui::Route;
use crate::ui::choice::ticked_text;
use crate::ui::visit::{Control, Done, Notice};
use dioxus::fullstack::{FullstackContext, Json};
use dioxus::server::axum::response::Response;
use dioxus::server::http::request::Parts;
use serde::Deserialize;

/// The page of the tenant.
fn page<T>(tenant_id: Option<String>, _: Option<&T>) -> Route {
    Route::billing(tenant_id)
}

/// The same, with the requested number of agents, if there is one.
fn page_with(tenant_id: Option<String>, seats: Option<AgentCount>) -> Route {
    let seats = seats.map(|seats| seats.get().into());
    Route::Billing { tenant_id, session_id: None, seats }
}

/// `GET /billing?session_id=`, the return from Checkout: redirects once the Checkout is confirmed, so
/// that the page says so once, with or without scripts. `None` if there is only the page to render.
pub async fn back_from_checkout(parts: &Parts) -> Option<Response> {
    let address = parts.uri.path_and_query()?.as_str();
    let Ok(Route::Billing { tenant_id: Some(tenant_id), session_id: Some(session_id), .. }) =
        address.parse()
    else {
        return None;
    };
    let tenant_id: TenantId = tenant_id.parse().ok()?;
    let back = Route::billing(Some(tenant_id.to_string()));
    let call = api::confirm_checkout(Json(ConfirmCheckout { tenant_id, session_id }));
    let answer = FullstackContext::new(parts.clone()).scope(call).await.ok()?;
    answer.confirmed.then(|| to_page(&back, &Notice::Done(Done::Confirmed), is_secure(parts)))
}

/// `POST /billing/checkout`.
pub async fn checkout(form: Sent<StartCheckout>) -> Response {
    let again = |tenant_id, form: Option<&StartCheckout>| {
        page_with(tenant_id, form.map(|form| form.agent_count))
    };
    let call = async |form| api::start_checkout(Json(form)).await;
    let next = |_, answer: CheckoutUrl| Next::Outside(answer.checkout_url);
    form.answer(Control::Subscribe, again, call, next).await
}

/// `POST /billing/portal`.
pub async fn portal(form: Sent<OnTenant>) -> Response {
    let call = async |form| api::open_portal(Json(form)).await;
    let next = |_, answer: PortalUrl| Next::Outside(answer.portal_url);
    form.answer(Control::Portal, page, call, next).await
}

/// `POST /billing/quantity`.
pub async fn quantity(form: Sent<ChangeQuantity>) -> Response {
    // A failed change is shown again, with a new quote.
    let again = |tenant_id, form: Option<&ChangeQuantity>| {
        page_with(tenant_id, form.map(|form| form.agent_count))
    };
    let call = async |form| api::change_quantity(Json(form)).await;
    let next = |_, tenant: Tenant| {
        let page = Route::billing(Some(tenant.id.to_string()));
        Next::Page(page, Done::SeatsChanged(tenant.agent_quota))
    };
    let ticked = |form: &ChangeQuantity| ticked_text(&form.turn_off);
    form.typed(ticked).answer(Control::Seats, again, call, next).await
}

/// What is withdrawn: a change to so many agents, as shown.
#[derive(Deserialize)]
pub struct Withdrawal {
    tenant_id: TenantId,
    wanted: u32,
}

/// `POST /billing/withdraw`.
pub async fn withdraw(form: Sent<Withdrawal>) -> Response {
    let call = async |Withdrawal { tenant_id, wanted }| {
        let tenant = api::withdraw(Json(OnTenant { tenant_id })).await?;
        Ok(Done::of_withdrawal(wanted, tenant.agent_quota))
    };
    let next = |page, done| Next::Page(page, done);
    form.answer(Control::Withdraw, page, call, next).await
}

/// `POST /billing/cancel`.
pub async fn cancel(form: Sent<Cancel>) -> Response {
    let call = async |form: Cancel| {
        let at = form.at;
        api::cancel(Json(form)).await.map(|_| at)
    };
    let next = |page, at: CancelAt| Next::Page(page, at.into());
    let chosen = |form: &Cancel| form.at.as_str().to_owned();
    form.typed(chosen).answer(Control::Cancel, page, call, next).await
}

/// `POST /billing/resume`.
pub async fn resume(form: Sent<OnTenant>) -> Response {
    let call = async |form| api::resume(Json(form)).await;
    let next = |page, _| Next::Page(page, Done::Resumed);
    form.answer(Control::Resume, page, call, next).await
}

/// `POST /billing/refresh`.
pub async fn refresh(form: Sent<OnTenant>) -> Response {
    let call = async |form| api::refresh(Json(form)).await;
    let next = |page, _| Next::Page(page, Done::Refreshed);
    form.answer(Control::Refresh, page, call, next).await
}
