//! `GET /api/entitlements/{tenant_id}`: the SaaS's own runtime asks whether a tenant's agents may
//! run. It polls, so an answer that hasn't changed is a bare 304.

use crate::api::ApiError;
use crate::auth::{SERVICE_TOKEN_PREFIX, token_hash};
use crate::billing::{Billing, BillingError};
use crate::clock::Clock;
use crate::model::{Entitlements, ErrorCode, TenantId};
use crate::store::{Db, Opened};
use chrono::TimeDelta;
use dioxus::fullstack::StatusCode;
use dioxus::server::axum::extract::Path;
use dioxus::server::axum::response::{AppendHeaders, IntoResponse, Response};
use dioxus::server::axum::{Extension, Json};
use dioxus::server::http::HeaderMap;
use dioxus::server::http::header::{
    AUTHORIZATION, CACHE_CONTROL, ETAG, IF_NONE_MATCH, WWW_AUTHENTICATE,
};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use subtle::ConstantTimeEq;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// How precisely it is known when a token was last used.
const USED_WITHIN: TimeDelta = TimeDelta::minutes(5);

/// What opens the entitlements: the service tokens in the database, and the one of the environment.
#[derive(Clone)]
pub struct ServiceTokens {
    /// `ENTITLEMENTS_TOKEN`'s hash.
    environment: Option<Arc<[u8]>>,
    db: Db,
    clock: Clock,
    /// One note of a token's use at a time, however many requests see that one is due.
    noting: Arc<Semaphore>,
    /// Where notes are written that no request waits for.
    main: Handle,
}

impl ServiceTokens {
    /// Must be called on the server's main runtime.
    pub fn new(environment: Option<&str>, db: Db, clock: Clock) -> Self {
        let environment = environment.map(|token| Sha256::digest(token.trim()).as_slice().into());
        Self {
            environment,
            db,
            clock,
            noting: Arc::new(Semaphore::new(1)),
            main: Handle::current(),
        }
    }

    /// Whether it is the environment's. Compares hashes, in constant time: neither the token's length
    /// nor its beginning shows in how long the answer takes.
    fn is_of_environment(&self, token: &str) -> bool {
        let presented = Sha256::digest(token);
        let known = self.environment.as_ref();
        known.is_some_and(|known| bool::from(known.ct_eq(presented.as_slice())))
    }

    /// Notes that a token was used: seldom, and without a request that waits for it.
    fn note_use(&self, Opened { token_id, last_used_at, .. }: &Opened) {
        let now = self.clock.now();
        let used_before = now - USED_WITHIN;
        if last_used_at.is_some_and(|last| last > used_before) {
            return;
        }
        let Ok(permit) = self.noting.clone().try_acquire_owned() else { return };
        let (db, id) = (self.db.clone(), token_id.clone());
        self.main.spawn(async move {
            if let Err(error) = db.use_service_token(&id, used_before, now).await {
                tracing::warn!(%error, "when a service token was last used could not be noted");
            }
            drop(permit);
        });
    }
}

/// The bearer token of a request.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Answers with the tenant's [`Entitlements`].
pub async fn entitlements(
    Extension(billing): Extension<Billing>,
    Extension(tokens): Extension<ServiceTokens>,
    headers: HeaderMap,
    Path(tenant_id): Path<String>,
) -> Result<Response, ApiError> {
    // What can't be an id is nobody's.
    let tenant_id: Option<TenantId> = tenant_id.parse().ok();
    let found = match bearer(&headers) {
        Some(token) if tokens.is_of_environment(token) => match &tenant_id {
            Some(tenant_id) => billing.entitlements(tenant_id).await?,
            None => None,
        },
        Some(token) if token.starts_with(SERVICE_TOKEN_PREFIX) => {
            let hash = token_hash(token);
            let opened = billing.entitlements_by_token(tenant_id.as_ref(), &hash).await?;
            let Some(opened) = opened else { return Ok(unauthenticated()) };
            tokens.note_use(&opened);
            opened.entitlements
        }
        Some(_) | None => return Ok(unauthenticated()),
    };
    let Some(entitlements) = found else {
        return Err(BillingError::NotFound("tenant").into());
    };
    let etag = etag(&entitlements);
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let unchanged = known.flat_map(|list| list.split(',')).any(|one| same(one.trim(), &etag));
    // "no-cache" keeps a copy and asks each time whether it still holds.
    let caching = AppendHeaders([(ETAG, etag), (CACHE_CONTROL, "private, no-cache".to_owned())]);
    Ok(if unchanged {
        (StatusCode::NOT_MODIFIED, caching).into_response()
    } else {
        (caching, Json(entitlements)).into_response()
    })
}

/// A proxy that compresses makes a tag weak; for a 304 that is the same tag.
fn same(presented: &str, etag: &str) -> bool {
    presented == "*" || presented.strip_prefix("W/").unwrap_or(presented) == etag
}

fn etag(entitlements: &Entitlements) -> String {
    let body = serde_json::to_vec(entitlements).unwrap_or_default();
    format!("\"{}\"", hex::encode(&Sha256::digest(body)[..12]))
}

fn unauthenticated() -> Response {
    let error = ApiError::new(
        StatusCode::UNAUTHORIZED,
        ErrorCode::Unauthenticated,
        "Send a service token of the portal's as a bearer token. `portal token add` makes one.",
    );
    (AppendHeaders([(WWW_AUTHENTICATE, "Bearer")]), error).into_response()
}
