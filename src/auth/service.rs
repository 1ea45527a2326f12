//! Service tokens: what the SaaS's own programs ask for entitlements with.

use crate::auth::{AuthError, session, token_hash};
use crate::model::{Name, Timestamp};
use crate::store::Db;
use uuid::Uuid;

/// How service tokens begin, so that one that turns up where it should not is recognised.
pub const SERVICE_TOKEN_PREFIX: &str = "portal_svc_";

/// Makes a service token, and answers it with its id. The token itself is not kept anywhere.
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
