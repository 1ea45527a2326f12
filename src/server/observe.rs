//! Observes each request: a span around all that is logged meanwhile, a log line at its end, and a
//! metric. Addresses are logged as their routes, since they can contain secrets.

use crate::telemetry;
use axum::extract::MatchedPath;
use dioxus::fullstack::Method;
use dioxus::server::axum::extract::Request;
use dioxus::server::axum::middleware::Next;
use dioxus::server::axum::response::Response;
use dioxus::server::http::HeaderName;
use metrics::histogram;
use std::time::Instant;
use tower_http::request_id::RequestId;
use tracing::field::Empty;
use tracing::{Instrument, Span, info_span};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest request id accepted from a caller.
const ID_LENGTH: usize = 64;

/// Drops an unsuitable request id: every line about the request would repeat it.
pub fn take_sound_id(mut request: Request) -> Request {
    let is_sound = |id: &[u8]| {
        id.len() <= ID_LENGTH && id.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
    };
    if request.headers().get(REQUEST_ID).is_some_and(|id| !is_sound(id.as_bytes())) {
        request.headers_mut().remove(REQUEST_ID);
    }
    request
}

/// Runs a request in a span, and logs how it was answered.
pub async fn observe(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let (method, is_safe) = (method(request.method()), request.method().is_safe());
    let route = route(&request);
    let span = span(&request, method, &route);
    let response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status(), began.elapsed());
    span.record("status", status.as_u16());
    let seconds = took.as_secs_f64();
    histogram!(
        "http_request_duration_seconds",
        "method" => method,
        "route" => route,
        "status" => status.as_u16().to_string()
    )
    .record(seconds);
    let _entered = span.enter();
    // Most requests only read, and say little: they are logged at debug level.
    if status.is_server_error() {
        tracing::warn!(seconds, "failed");
    } else if is_safe {
        tracing::debug!(seconds, "answered");
    } else {
        tracing::info!(seconds, "answered");
    }
    response
}

fn span(request: &Request, method: &'static str, route: &str) -> Span {
    let id = request.extensions().get::<RequestId>().map(RequestId::header_value);
    let id = id.and_then(|id| id.to_str().ok()).unwrap_or_default();
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
    telemetry::name_span(&span, &format!("{method} {route}"), "server");
    telemetry::continue_trace(&span, request.headers());
    span
}

/// The matched route, if there is one.
fn route(request: &Request) -> String {
    let route = request.extensions().get::<MatchedPath>();
    route.map_or("not found", MatchedPath::as_str).to_owned()
}

/// The method, if the portal knows it: callers can invent methods, and each would add a time series.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
