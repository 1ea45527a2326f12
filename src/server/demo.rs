//! The sandbox's demo: a tenant, and an owner to sign in as.

use crate::auth::{hash_password, verify_password};
use crate::clock::Clock;
use crate::model::{Role, TenantId};
use crate::server::StartError;
use crate::store::{Db, Operator};

pub const TENANT: &str = "tenant_demo";
pub const EMAIL: &str = "owner@example.com";
pub const PASSWORD: &str = "sandbox-owner";

/// Adds the demo's tenant and owner, unless there are tenants: everybody knows the password. Returns
/// whether they exist.
pub async fn seed(db: &Db, clock: &Clock) -> Result<bool, StartError> {
    if db.credentials(EMAIL).await?.is_some() {
        return Ok(true);
    }
    if !db.tenant_lines(None, 1).await?.is_empty() {
        return Ok(false);
    }
    let now = clock.now();
    let tenant_id: TenantId = TENANT.parse().map_err(StartError::demo)?;
    let operator = Operator {
        id: "operator_demo".parse().map_err(StartError::demo)?,
        email: EMAIL.to_owned(),
        name: "Olivia Owner".to_owned(),
    };
    let hash = hash_password(PASSWORD.to_owned()).await.map_err(StartError::demo)?;
    // Two processes may start at once: the second finds it done.
    match db.create_tenant(&tenant_id, "Demo Company", now).await {
        Err(error) if !error.is_unique_violation() => return Err(error.into()),
        _ => {}
    }
    match db.create_operator(&operator, &hash, now).await {
        Err(error) if !error.is_unique_violation() => return Err(error.into()),
        _ => {}
    }
    db.put_membership(&tenant_id, &operator.id, Role::Owner).await?;
    Ok(true)
}

/// Removes the demo's password once the portal has left its sandbox, if it is still the one that
/// everybody knows.
pub async fn close(db: &Db) -> Result<(), StartError> {
    let Some((operator_id, Some(hash))) = db.credentials(EMAIL).await? else { return Ok(()) };
    if verify_password(PASSWORD.to_owned(), Some(hash)).await.map_err(StartError::demo)? {
        db.take_password(&operator_id).await?;
        tracing::warn!("the demo's owner can't sign in any more: `portal operator reset {EMAIL}`");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreError;

    async fn empty() -> Result<Db, StoreError> {
        let file = std::env::temp_dir().join(format!("demo-{}.db", uuid::Uuid::new_v4()));
        let db = Db::open(&format!("sqlite:{}", file.display())).await?;
        db.migrate().await?;
        Ok(db)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_password_that_everybody_knows_opens_nothing_at_stripe() -> Result<(), StartError> {
        let db = empty().await?;
        assert!(seed(&db, &Clock::default()).await?);
        close(&db).await?;
        assert_eq!(db.credentials(EMAIL).await?.map(|(_, hash)| hash), Some(None));
        // A password that nobody else knows is left alone.
        let (id, _) = db.credentials(EMAIL).await?.unwrap_or_else(|| panic!("an operator"));
        let hash =
            hash_password("their own password".to_owned()).await.map_err(StartError::demo)?;
        let now = Clock::default().now();
        db.offer_reset(&id, "token", now, now + chrono::TimeDelta::hours(1)).await?;
        assert!(db.use_reset(&id, "token", &hash, now).await?);
        close(&db).await?;
        assert_eq!(db.credentials(EMAIL).await?, Some((id, Some(hash))));
        Ok(())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_database_with_tenants_gets_no_demo() -> Result<(), StartError> {
        let db = empty().await?;
        let tenant_id: TenantId = "acme".parse().map_err(StartError::demo)?;
        db.create_tenant(&tenant_id, "Acme", Clock::default().now()).await?;
        assert!(!seed(&db, &Clock::default()).await?);
        assert_eq!(db.credentials(EMAIL).await?, None);
        Ok(())
    }
}
