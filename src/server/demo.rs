//! The demo that comes with the sandbox: a tenant, and an owner to sign in as.

use crate::auth::hash_password;
use crate::clock::Clock;
use crate::model::{Role, TenantId};
use crate::server::StartError;
use crate::store::{Db, Operator};

pub const TENANT: &str = "tenant_demo";
pub const EMAIL: &str = "owner@example.com";
pub const PASSWORD: &str = "sandbox-owner";

/// Adds the demo's tenant and owner, unless they are there.
pub async fn seed(db: &Db, clock: &Clock) -> Result<(), StartError> {
    if db.credentials(EMAIL).await?.is_some() {
        return Ok(());
    }
    let now = clock.now();
    let tenant_id: TenantId = TENANT.parse().map_err(StartError::demo)?;
    let operator = Operator {
        id: "operator_demo".parse().map_err(StartError::demo)?,
        email: EMAIL.to_owned(),
        name: "Olivia Owner".to_owned(),
    };
    let hash = hash_password(PASSWORD.to_owned()).await.map_err(StartError::demo)?;
    // Two processes may start at once: whoever is second finds it done.
    match db.create_tenant(&tenant_id, "Demo Company", now).await {
        Err(error) if !error.is_unique_violation() => return Err(error.into()),
        _ => {}
    }
    match db.create_operator(&operator, &hash, now).await {
        Err(error) if !error.is_unique_violation() => return Err(error.into()),
        _ => {}
    }
    Ok(db.put_membership(&tenant_id, &operator.id, Role::Owner).await?)
}
