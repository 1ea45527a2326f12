//! Layers around the routes: they keep other sites from changing anything, and make errors JSON under
//! `/api` and a page in a browser, wherever they come from.

use crate::api::ApiError;
use crate::auth::GUESSING_WINDOW;
use crate::model::ErrorCode;
use crate::server::error_page::Browser;
use crate::server::health;
use crate::server::policy::Policy;
use dioxus::fullstack::StatusCode;
use dioxus::server::axum::body::to_bytes;
use dioxus::server::axum::extract::{Request, State};
use dioxus::server::axum::middleware::Next;
use dioxus::server::axum::response::{IntoResponse, Response};
use dioxus::server::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, ORIGIN, RETRY_AFTER};
use dioxus::server::http::response::Parts;
use dioxus::server::http::{HeaderMap, HeaderValue};
use serde_json::Value;

/// The longest plain-text error that is carried over into JSON, in bytes.
const LONGEST_TEXT: usize = 4096;

/// `Retry-After` of a 503, in seconds.
const RETRY_PAUSE: i64 = 2;

/// How Dioxus answers a query that a server function can't parse.
const BAD_QUERY: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
const BAD_QUERY_PREFIX: &str = "error deserializing server function results: ";

/// Rejects what another site makes a browser send. Programs send neither `Sec-Fetch-Site` nor `Origin`.
pub async fn same_origin(request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_ours(request.headers()) {
        return next.run(request).await;
    }
    ApiError::new(
        StatusCode::FORBIDDEN,
        ErrorCode::CrossSite,
        "This request came from another site. Open the portal and try again there.",
    )
    .into_response()
}

fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match (text(ORIGIN), text(HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, authority)| authority == host)
        }
        (Some(_), None) => false,
    }
}

/// Gives errors under `/api` a JSON body if an extractor or the router made them, errors of page
/// requests an error page, and temporary errors a `Retry-After`.
pub async fn complete_errors(
    State(policy): State<Policy>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let is_api = path.starts_with("/api/");
    let browser =
        if is_api || health::PATHS.contains(&path) { None } else { Browser::of(&request, &policy) };
    let mut response = next.run(request).await;
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    let ours = is_json(response.headers()) && status != BAD_QUERY;
    if is_api && failed && !ours {
        response = json_error(response).await;
    }
    if let Some(browser) = browser
        && failed
        && !is("text/html", response.headers())
    {
        response = as_page(browser, response, &policy).await;
    }
    let headers = response.headers_mut();
    let pause = match status {
        StatusCode::SERVICE_UNAVAILABLE => Some(RETRY_PAUSE),
        // The rate limiter has set its own; password guessing locks out for this long at most.
        StatusCode::TOO_MANY_REQUESTS => Some(GUESSING_WINDOW.num_seconds()),
        _ => None,
    };
    if let Some(seconds) = pause
        && !headers.contains_key(RETRY_AFTER)
    {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    response
}

async fn as_page(browser: Browser, response: Response, policy: &Policy) -> Response {
    let (parts, text) = with_text(response).await;
    let error = match is_json(&parts.headers) {
        true => ApiError::from_answer(parts.status.as_u16(), &text),
        false => error_of(parts.status, text),
    };
    with_headers_of(&parts.headers, browser.error_page(&error, policy))
}

async fn json_error(response: Response) -> Response {
    let (parts, text) = with_text(response).await;
    let error = match (bad_query(&text), is_json(&parts.headers)) {
        (Some(why), _) => error_of(StatusCode::BAD_REQUEST, why),
        (None, true) => return Response::from_parts(parts, text.into()),
        (None, false) => error_of(parts.status, text),
    };
    with_headers_of(&parts.headers, error.into_response())
}

async fn with_text(response: Response) -> (Parts, String) {
    let (parts, body) = response.into_parts();
    let text = to_bytes(body, LONGEST_TEXT).await.unwrap_or_default();
    (parts, String::from_utf8_lossy(&text).into_owned())
}

/// An error from text written elsewhere.
fn error_of(status: StatusCode, text: String) -> ApiError {
    let code = match status {
        StatusCode::BAD_REQUEST => ErrorCode::Malformed,
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
        StatusCode::UNPROCESSABLE_ENTITY => ErrorCode::Invalid,
        status if status.is_client_error() => ErrorCode::Refused,
        _ => ErrorCode::Internal,
    };
    let message = if status.is_server_error() || text.is_empty() {
        status.canonical_reason().unwrap_or("The request failed").to_owned()
    } else {
        text
    };
    ApiError::new(status, code, message)
}

/// Replaces a response, keeping all headers that don't describe its body.
fn with_headers_of(headers: &HeaderMap, mut response: Response) -> Response {
    for (name, value) in headers {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}

/// Dioxus's message for a query that a server function can't parse: `{"error": "…"}` with a 500.
fn bad_query(text: &str) -> Option<String> {
    let body: Value = serde_json::from_str(text).ok()?;
    let why = body["error"].as_str()?.strip_prefix(BAD_QUERY_PREFIX)?;
    Some(format!("The query can't be used: {why}."))
}

fn is_json(headers: &HeaderMap) -> bool {
    is("application/json", headers)
}

fn is(media_type: &str, headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.starts_with(media_type))
}
