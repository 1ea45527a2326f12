//! The router: the API, the hosted pages, the control page, and the guard in front of them.

mod card_fields;
mod checkout;
mod checkout_address;
mod checkout_page;
mod checkout_promotion;
mod checkout_summary;
mod control;
mod html;
mod invoice;
mod pdf;
mod portal;
mod portal_card;
mod setup;

use crate::sandbox::protocol;
use crate::sandbox::shared::Shared;
use axum::Router;
use axum::extract::{Request, State as Extract};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use dioxus::server::axum;
use std::sync::Arc;

/// Every route of the sandbox.
pub fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(control::show))
        .route("/_sandbox/style.css", get(style))
        .route("/_sandbox/advance", post(control::clock::advance))
        .route("/_sandbox/clock", post(control::clock::switch))
        .route("/_sandbox/payments", post(control::payments::set))
        .route("/_sandbox/subscriptions/{id}/status", post(control::subscriptions::set_status))
        .route("/_sandbox/events/{id}/resend", post(control::events::resend))
        .route("/_sandbox/events/{id}/drop", post(control::events::drop_event))
        .route(
            "/_sandbox/deliveries",
            get(control::deliveries::list).post(control::deliveries::plan),
        )
        .route("/_sandbox/faults", get(control::faults::list).post(control::faults::arm))
        .route("/_sandbox/faults/clear", post(control::faults::clear))
        .route("/c/pay/{id}", get(checkout::show).post(checkout::pay))
        .route("/c/pay/{id}/promotion", post(checkout_promotion::apply))
        .route("/c/pay/{id}/challenge", get(checkout::show_challenge).post(checkout::challenge))
        .route("/p/session/{token}", get(portal::show))
        .route("/p/session/{token}/cancel", get(portal::confirm_cancel).post(portal::cancel))
        .route("/p/session/{token}/renew", post(portal::renew))
        .route("/p/session/{token}/card", get(portal_card::show).post(portal_card::save))
        .route(
            "/p/session/{token}/challenge",
            get(portal_card::show_challenge).post(portal_card::challenge),
        )
        .route("/s/{id}/challenge", get(setup::show).post(setup::answer))
        .route("/i/{id}", get(invoice::show))
        .route("/i/{id}/pdf", get(invoice::pdf))
        .route("/i/{id}/pay", post(invoice::pay))
        .route("/i/{id}/challenge", get(invoice::show_challenge).post(invoice::challenge))
        .route("/v1/{*path}", any(protocol::handle))
        .fallback(|| async { html::not_found("The Stripe sandbox has no such page.") })
        .layer(from_fn_with_state(Arc::clone(&shared), guard))
        .with_state(shared)
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], html::STYLE).into_response()
}

/// Accepts only requests addressed to this machine by name, as a foreign DNS name may have been rebound
/// to loopback, and no form posted from another site.
async fn guard(Extract(shared): Extract<Arc<Shared>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let base = shared.lock().base.clone();
    let host = text(headers, header::HOST.as_str());
    if !is_local(host) && !base.ends_with(&format!("://{host}")) {
        return refuse(
            "The Stripe sandbox only answers requests sent to localhost or 127.0.0.1.",
            &request,
        );
    }
    let origin = text(headers, header::ORIGIN.as_str());
    let own = origin.is_empty()
        || origin == base
        || origin.split_once("://").is_some_and(|(_, from)| from == host);
    // A page without a referrer sends the origin `null`; browsers still say where it came from.
    let same_site =
        origin == "null" && matches!(text(headers, "sec-fetch-site"), "same-origin" | "none");
    if request.method() == Method::POST && !own && !same_site {
        return refuse("The Stripe sandbox does not take forms from other sites.", &request);
    }
    next.run(request).await
}

fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, _)) => name,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let name = name.to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn refuse(why: &'static str, request: &Request) -> Response {
    if request.uri().path().starts_with("/v1/") {
        let error = protocol::errors::ApiError::forbidden(why);
        return (
            error.status(),
            [(header::CONTENT_TYPE, "application/json")],
            error.body().to_string(),
        )
            .into_response();
    }
    html::message(StatusCode::FORBIDDEN, "Not here", why, None)
}
