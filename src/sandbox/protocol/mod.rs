//! Stripe's HTTP protocol: authentication, and reading and answering requests.

mod auth;
pub mod errors;
mod expand;
pub mod faults;
pub mod form;
pub mod idempotency;
pub mod list;
pub mod params;
mod routes;

use crate::sandbox::connection::Connection;
use crate::sandbox::shared::Shared;
use crate::sandbox::state::{Origin, State};
use crate::sandbox::value::public;
use crate::sandbox::{API_VERSION, ids};
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State as Extract};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use dioxus::server::axum;
use errors::ApiError;
use faults::Fault;
use params::Params;
use serde_json::{Map, Value, json};
use std::sync::Arc;

const LARGEST_BODY: usize = 1 << 20;

/// An authenticated, decoded request to an endpoint.
#[derive(Debug)]
pub struct Call {
    /// The requested path, which list objects repeat.
    pub path: String,
    /// The id in the path; empty if the path has none.
    pub id: String,
    pub params: Params,
}

/// Serves everything under `/v1`.
pub async fn handle(
    Extract(shared): Extract<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let origin = Origin {
        id: ids::new("req"),
        idempotency_key: idempotency_key(&parts.method, &parts.headers),
    };
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let answer = match to_bytes(body, LARGEST_BODY).await {
        Ok(bytes) => {
            let form = String::from_utf8_lossy(&bytes);
            let text = if query.is_empty() { form.into_owned() } else { format!("{query}&{form}") };
            answer(&shared, &parts.method, parts.uri.path(), &parts.headers, &text, &origin)
        }
        Err(_) => Answer::from(ApiError::too_large()),
    };
    shared.queued.notify_one();
    tracing::debug!(method = %parts.method, path = parts.uri.path(), status = answer.status.as_u16(), request = origin.id, "sandbox");
    match answer.fault {
        Some(Fault::Timeout) => {
            shared.stop.cancelled().await;
            connection.cut();
        }
        Some(Fault::Cut | Fault::Lost) => connection.cut(),
        Some(Fault::Refusal | Fault::RateLimit | Fault::Failure | Fault::DoneFailure) | None => {}
    }
    respond(answer, &origin)
}

struct Answer {
    status: StatusCode,
    body: Value,
    replayed: bool,
    /// The fault to answer with, if any.
    fault: Option<Fault>,
}

impl From<ApiError> for Answer {
    fn from(error: ApiError) -> Answer {
        Answer { status: error.status(), body: error.body(), replayed: false, fault: None }
    }
}

fn answer(
    shared: &Shared,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    text: &str,
    origin: &Origin,
) -> Answer {
    if let Err(error) = auth::check(headers) {
        return error.into();
    }
    let form = match form::decode(text) {
        Ok(form) => form,
        Err(error) => return ApiError::from(error).into(),
    };
    let mut state = shared.current();
    let fault = faults::take(&mut state.faults, method, path);
    let answer = match fault {
        Some(Fault::Refusal) => ApiError::state("The sandbox was told to refuse this.").into(),
        Some(Fault::RateLimit) => ApiError::rate_limit().into(),
        // Never sent: `handle` cuts the connection first.
        Some(Fault::Timeout | Fault::Cut) => ApiError::failure().into(),
        Some(Fault::Failure | Fault::DoneFailure | Fault::Lost) | None => {
            answer_once(&mut state, origin, json!([method.as_str(), path, form]), |state| {
                match fault {
                    Some(Fault::Failure) => Err(ApiError::failure()),
                    Some(Fault::DoneFailure) => {
                        carry_out(state, method, path, form).and(Err(ApiError::failure()))
                    }
                    _ => carry_out(state, method, path, form),
                }
            })
        }
    };
    Answer { fault, ..answer }
}

/// Returns the answer kept under the request's idempotency key, or does the work and keeps its answer.
fn answer_once(
    state: &mut State,
    origin: &Origin,
    request: Value,
    work: impl FnOnce(&mut State) -> Result<Value, ApiError>,
) -> Answer {
    let key = origin.idempotency_key.as_deref();
    match key.map(|key| state.answers.find(key, &request)).transpose() {
        Err(error) => return error.into(),
        Ok(Some(Some((status, body)))) => {
            return Answer { status, body, replayed: true, fault: None };
        }
        Ok(Some(None) | None) => {}
    }
    state.origin = Some(origin.clone());
    let outcome = work(state);
    state.origin = None;
    let (answer, keep) = match outcome {
        Ok(body) => (Answer { status: StatusCode::OK, body, replayed: false, fault: None }, true),
        Err(error) => {
            let keep = !error.is_refusal();
            (Answer::from(error), keep)
        }
    };
    if let Some(key) = key.filter(|_| keep) {
        state.answers.keep(key, request, answer.status, &answer.body);
    }
    answer
}

fn carry_out(
    state: &mut State,
    method: &Method,
    path: &str,
    form: Map<String, Value>,
) -> Result<Value, ApiError> {
    let (route, id) =
        routes::find(method, path).ok_or_else(|| ApiError::no_route(method.as_str(), path))?;
    let params = Params::new(form).taking(&format!("expand {}", route.takes))?;
    let paths = params.texts("expand")?;
    expand::check(&paths)?;
    let call = Call { path: path.to_owned(), id, params };
    let before = (*method != Method::GET && !paths.is_empty()).then(|| state.clone());
    let done = (route.run)(state, &call).map_err(|error| error.of_endpoint(route.takes))?;
    let mut body = public(&done);
    let expanded = expand::expand(state, &mut body, &paths);
    if let (Err(_), Some(before)) = (&expanded, before) {
        // Stripe rejects what cannot be expanded before doing anything.
        *state = before;
    }
    expanded.map(|()| body)
}

/// Only POST requests have one; Stripe ignores it on others.
fn idempotency_key(method: &Method, headers: &HeaderMap) -> Option<String> {
    let key = headers.get("idempotency-key")?.to_str().ok()?;
    (method == Method::POST && !key.is_empty()).then(|| key.to_owned())
}

fn respond(answer: Answer, origin: &Origin) -> Response {
    let mut response = Response::builder()
        .status(answer.status)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, "no-cache, no-store")
        .header("request-id", &origin.id)
        .header("stripe-version", API_VERSION);
    if let Some(key) = &origin.idempotency_key {
        response = response.header("idempotency-key", key);
        if answer.status.is_server_error() {
            // A retry would only get the same answer.
            response = response.header("stripe-should-retry", "false");
        }
    }
    if answer.replayed {
        response = response.header("idempotent-replayed", "true");
    }
    response.body(Body::from(answer.body.to_string())).unwrap_or_else(|error| {
        tracing::error!(%error, "sandbox: an answer could not be built");
        Response::default()
    })
}
