//! What is told of each request: a span that everything said meanwhile belongs to, a log line at its
//! end, and a metric. Addresses are told as their routes: what is in them can be a secret.

use crate::telemetry;
use crate::ui::Route;
use axum::extract::MatchedPath;
use dioxus::server::axum::extract::Request;
use dioxus::server::axum::middleware::Next;
use dioxus::server::axum::response::Response;
use metrics::histogram;
use std::str::FromStr;
use std::time::Instant;
use tower_http::request_id::RequestId;
use tracing::field::Empty;
use tracing::{Instrument, Span, info_span};

/// Puts a request into a span, and tells how it was answered.
pub async fn observe(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = route(&request);
    let span = span(&request, &route);
    let response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status(), began.elapsed());
    span.record("status", status.as_u16());
    let seconds = took.as_secs_f64();
    histogram!(
        "http_request_duration_seconds",
        "method" => method.to_string(),
        "route" => route,
        "status" => status.as_u16().to_string()
    )
    .record(seconds);
    let _entered = span.enter();
    // Reading is most of what is done, and says little: it is told to whoever asks for it.
    if status.is_server_error() {
        tracing::warn!(seconds, "failed");
    } else if method.is_safe() {
        tracing::debug!(seconds, "answered");
    } else {
        tracing::info!(seconds, "answered");
    }
    response
}

fn span(request: &Request, route: &str) -> Span {
    let id = request.extensions().get::<RequestId>().map(RequestId::header_value);
    let id = id.and_then(|id| id.to_str().ok()).unwrap_or_default();
    let method = request.method().as_str();
    let span = info_span!(
        "request",
        otel.name = Empty,
        otel.kind = Empty,
        id,
        method,
        route,
        tenant_id = Empty,
        status = Empty
    );
    telemetry::called(&span, &format!("{method} {route}"), "server");
    telemetry::follow(&span, request.headers());
    span
}

/// The route that answers. Of pages, those there are; anything else is one.
fn route(request: &Request) -> String {
    if let Some(route) = request.extensions().get::<MatchedPath>() {
        return route.as_str().to_owned();
    }
    let path = request.uri().path();
    match Route::from_str(path) {
        Ok(Route::NotFound { .. }) | Err(_) => "not found".to_owned(),
        Ok(_) => path.to_owned(),
    }
}
