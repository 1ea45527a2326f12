//! The forms of the billing page.

use super::{Next, Sent, is_secure, to_page};
use crate::api;
use crate::model::{
    AgentCount, Cancel, CancelAt, ChangeQuantity, CheckoutUrl, ConfirmCheckout, OnTenant,
    PortalUrl, StartCheckout, Tenant, TenantId,
};
use crate::ui::Route;
use crate::ui::visit::{Control, Done, Notice};
use dioxus::fullstack::{FullstackContext, Json};
use dioxus::server::axum::response::Response;
use dioxus::server::http::request::Parts;

fn page(tenant_id: Option<&TenantId>) -> Route {
    Route::billing(tenant_id.map(TenantId::to_string))
}

/// The page with the requested number of agents, if there is one.
fn page_with(asked: Option<(&TenantId, AgentCount)>) -> Route {
    Route::Billing {
        tenant_id: asked.map(|(tenant_id, _)| tenant_id.to_string()),
        session_id: None,
        seats: asked.map(|(_, seats)| seats.get().into()),
    }
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
    let back = page(Some(&tenant_id));
    let call = api::confirm_checkout(Json(ConfirmCheckout { tenant_id, session_id }));
    let answer = FullstackContext::new(parts.clone()).scope(call).await.ok()?;
    answer.confirmed.then(|| to_page(&back, &Notice::Done(Done::Confirmed), is_secure(parts)))
}

/// `POST /billing/checkout`.
pub async fn checkout(form: Sent<StartCheckout>) -> Response {
    let again = |form: Option<&StartCheckout>| {
        page_with(form.map(|form| (&form.tenant_id, form.agent_count)))
    };
    let call = async |form| api::start_checkout(Json(form)).await;
    let next = |_, answer: CheckoutUrl| Next::Outside(answer.checkout_url);
    form.answer(Control::Subscribe, again, call, next).await
}

/// `POST /billing/portal`.
pub async fn portal(form: Sent<OnTenant>) -> Response {
    let call = async |form| api::open_portal(Json(form)).await;
    let next = |_, answer: PortalUrl| Next::Outside(answer.portal_url);
    form.answer(Control::Portal, of_tenant, call, next).await
}

/// `POST /billing/quantity`.
pub async fn quantity(form: Sent<ChangeQuantity>) -> Response {
    // A failed change is shown again, with a new quote.
    let again = |form: Option<&ChangeQuantity>| {
        page_with(form.map(|form| (&form.tenant_id, form.agent_count)))
    };
    let call = async |form| api::change_quantity(Json(form)).await;
    let next = |_, tenant: Tenant| {
        Next::Page(page(Some(&tenant.id)), Done::SeatsChanged(tenant.agent_quota))
    };
    form.answer(Control::Seats, again, call, next).await
}

/// `POST /billing/withdraw`: today's number of seats, in place of a change that waits for the bank.
pub async fn withdraw(form: Sent<ChangeQuantity>) -> Response {
    let page = |form: Option<&ChangeQuantity>| page(form.map(|form| &form.tenant_id));
    let call = async |form| api::change_quantity(Json(form)).await;
    let next = |page, tenant: Tenant| Next::Page(page, Done::SeatsChanged(tenant.agent_quota));
    form.answer(Control::Withdraw, page, call, next).await
}

/// `POST /billing/cancel`.
pub async fn cancel(form: Sent<Cancel>) -> Response {
    let page = |form: Option<&Cancel>| page(form.map(|form| &form.tenant_id));
    let call = async |form: Cancel| {
        let at = form.at;
        api::cancel(Json(form)).await.map(|_| at)
    };
    let next = |page, at: CancelAt| Next::Page(page, at.into());
    form.answer(Control::Cancel, page, call, next).await
}

/// `POST /billing/resume`.
pub async fn resume(form: Sent<OnTenant>) -> Response {
    let call = async |form| api::resume(Json(form)).await;
    let next = |page, _| Next::Page(page, Done::Resumed);
    form.answer(Control::Resume, of_tenant, call, next).await
}

/// `POST /billing/refresh`.
pub async fn refresh(form: Sent<OnTenant>) -> Response {
    let call = async |form| api::refresh(Json(form)).await;
    let next = |page, _| Next::Page(page, Done::Refreshed);
    form.answer(Control::Refresh, of_tenant, call, next).await
}

fn of_tenant(form: Option<&OnTenant>) -> Route {
    page(form.map(|form| &form.tenant_id))
}
