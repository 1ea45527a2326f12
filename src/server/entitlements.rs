//! `GET /api/entitlements/{tenant_id}`: the SaaS's own runtime asks whether a tenant's agents may
//! run. It polls, so an answer that hasn't changed is a bare 304.

use crate::api::ApiError;
use crate::billing::Billing;
use crate::model::{Entitlements, TenantId};
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

/// The bearer token that opens the entitlements, as its hash; without one nobody gets in.
#[derive(Clone)]
pub struct ServiceToken(Option<Arc<[u8]>>);

impl ServiceToken {
    pub fn new(token: Option<&str>) -> Self {
        Self(token.map(|token| Sha256::digest(token.trim()).as_slice().into()))
    }

    /// Compares hashes, in constant time: neither the token's length nor its beginning shows in how
    /// long the answer takes.
    fn opens_for(&self, headers: &HeaderMap) -> bool {
        let presented = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| Sha256::digest(token.trim()));
        match (&self.0, presented) {
            (Some(known), Some(presented)) => bool::from(known.ct_eq(presented.as_slice())),
            _ => false,
        }
    }
}

/// Answers with the tenant's [`Entitlements`].
pub async fn entitlements(
    Extension(billing): Extension<Billing>,
    Extension(token): Extension<ServiceToken>,
    headers: HeaderMap,
    Path(tenant_id): Path<String>,
) -> Result<Response, ApiError> {
    if !token.opens_for(&headers) {
        return Ok(unauthenticated());
    }
    // What can't be an id is nobody's.
    let tenant_id: TenantId = tenant_id.parse().map_err(|_| {
        ApiError::new(StatusCode::NOT_FOUND, "not_found", "There is no such tenant")
    })?;
    let entitlements = billing.entitlements(&tenant_id).await?;
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
        "unauthenticated",
        "Send the portal's ENTITLEMENTS_TOKEN as a bearer token.",
    );
    (AppendHeaders([(WWW_AUTHENTICATE, "Bearer")]), error).into_response()
}
