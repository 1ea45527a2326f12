//! A proxy in front of Stripe: it accepts two keys, has its own clock, and counts changes.

use super::{KEY, RESTRICTED_KEY};
use chrono::{TimeDelta, Utc};
use dioxus::server::axum;
use dioxus::server::axum::body::{Body, to_bytes};
use dioxus::server::axum::extract::{Request, State};
use dioxus::server::axum::http::Method;
use dioxus::server::axum::response::Response;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, DATE};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};

pub struct Front {
    pub url: String,
    /// The URL of the Stripe behind it.
    pub behind: String,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    behind: String,
    /// How many seconds its `Date` header is ahead.
    ahead: AtomicI64,
    /// How many changes were requested.
    changes: AtomicUsize,
    /// Whether every page of a list after the first fails.
    first_pages_only: AtomicBool,
}

impl Front {
    pub async fn before(behind: &str) -> Self {
        let seen = Arc::new(Seen { behind: behind.to_owned(), ..Seen::default() });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let app = axum::Router::new().fallback(pass).with_state(seen.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, behind: behind.to_owned(), seen }
    }

    /// Sets its clock ahead.
    pub fn set_ahead(&self, seconds: i64) {
        self.seen.ahead.store(seconds, Ordering::SeqCst);
    }

    /// Sets whether every page of a list after the first fails.
    pub fn set_first_pages_only(&self, only: bool) {
        self.seen.first_pages_only.store(only, Ordering::SeqCst);
    }

    /// How many changes have been requested so far.
    pub fn changes(&self) -> usize {
        self.seen.changes.load(Ordering::SeqCst)
    }
}

async fn pass(State(seen): State<Arc<Seen>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if parts.method != Method::GET {
        seen.changes.fetch_add(1, Ordering::SeqCst);
    }
    let ahead = TimeDelta::seconds(seen.ahead.load(Ordering::SeqCst));
    let date = (Utc::now() + ahead).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let answer = Response::builder().header(DATE, date).header(CONTENT_TYPE, "application/json");
    let key = parts.headers.get(AUTHORIZATION).and_then(|key| key.to_str().ok());
    let later_page = parts.uri.query().is_some_and(|query| query.contains("starting_after"));
    let refusal = match key.and_then(|key| key.strip_prefix("Bearer ")) {
        Some(_) if later_page && seen.first_pages_only.load(Ordering::SeqCst) => {
            Some((500, "An error occurred on our side"))
        }
        Some(KEY) => None,
        Some(RESTRICTED_KEY) if parts.uri.path().starts_with("/v1/webhook_endpoints") => {
            Some((403, "The provided key 'rk_test_***' does not have the required permissions"))
        }
        Some(RESTRICTED_KEY) => None,
        _ => Some((401, "Invalid API Key provided: sk_test_***")),
    };
    if let Some((status, message)) = refusal {
        let error = json!({"error": {"type": "invalid_request_error", "message": message}});
        return answer.status(status).body(Body::from(error.to_string())).expect("an answer");
    }
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    let passed = reqwest::Client::new()
        .request(parts.method, format!("{}{}", seen.behind, parts.uri))
        .headers(parts.headers)
        .body(body);
    let passed = passed.send().await.expect("an answer");
    let answer = answer.status(passed.status());
    answer.body(Body::from(passed.bytes().await.expect("a body"))).expect("an answer")
}
