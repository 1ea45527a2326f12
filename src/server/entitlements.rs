//! `GET /api/entitlements/{tenant_id}`: the SaaS's own runtime polls whether a tenant's agents may run,
//! so an unchanged answer is a bare 304.

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

/// The precision of a token's last use.
const USED_WITHIN: TimeDelta = TimeDelta::minutes(5);

/// The tokens that open the entitlements: those in the database, and the one of the environment.
#[derive(Clone)]
pub struct ServiceTokens {
    /// The hash of `ENTITLEMENTS_TOKEN`.
    environment: Option<Arc<[u8]>>,
    db: Db,
    clock: Clock,
    /// Allows one write of a last use at a time, however many requests find one due.
    noting: Arc<Semaphore>,
    /// The runtime for writes that no request waits for.
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

    /// Whether this is the environment's token. Compares hashes in constant time, so that timing
    /// reveals neither the token's length nor its beginning.
    fn is_of_environment(&self, token: &str) -> bool {
        let presented = Sha256::digest(token);
        let known = self.environment.as_ref();
        known.is_some_and(|known| bool::from(known.ct_eq(presented.as_slice())))
    }

    /// Records that a token was used: seldom, and without making a request wait.
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

/// Returns the tenant's [`Entitlements`].
pub async fn entitlements(
    Extension(billing): Extension<Billing>,
    Extension(tokens): Extension<ServiceTokens>,
    headers: HeaderMap,
    Path(tenant_id): Path<String>,
) -> Result<Response, ApiError> {
    // Not an id, so no tenant has it.
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
    // "no-cache" allows a copy that is revalidated each time.
    let caching = AppendHeaders([(ETAG, etag), (CACHE_CONTROL, "private, no-cache".to_owned())]);
    Ok(if unchanged {
        (StatusCode::NOT_MODIFIED, caching).into_response()
    } else {
        (caching, Json(entitlements)).into_response()
    })
}

/// A proxy that compresses makes a tag weak; for a 304 they are equal.
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
