//! Service tokens, with which the SaaS's own programs ask for entitlements.

use crate::auth::{AuthError, session, token_hash};
use crate::model::{Name, Timestamp};
use crate::store::Db;
use uuid::Uuid;

/// The prefix of service tokens, by which a leaked one is recognised.
pub const SERVICE_TOKEN_PREFIX: &str = "portal_svc_";

/// Creates a service token, and returns its id and the token itself, which is not stored.
///
/// # Errors
/// A unique violation when the name is taken.
pub async fn add_service_token(
    db: &Db,
    name: &Name,
    now: Timestamp,
) -> Result<(String, String), AuthError> {
    let id = format!("token_{}", Uuid::new_v4().simple());
    let token = format!("{SERVICE_TOKEN_PREFIX}{}", session::random()?);
    db.add_service_token(&id, name, &token_hash(&token), now).await?;
    Ok((id, token))
}
