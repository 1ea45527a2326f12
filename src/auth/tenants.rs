//! The tenants that a session may see: its operator's own, and all of them for platform administrators.

use crate::auth::{Auth, AuthError, OpenSession};
use crate::model::{Membership, Role, TenantId, TenantPage, Viewer};
use crate::store::Operator;

/// How many tenants a page has.
const TENANTS: i64 = 50;

impl Auth {
    /// What the frame around every page shows, where `looked_at` is the tenant being viewed.
    pub async fn viewer(
        &self,
        session: &OpenSession,
        looked_at: Option<&TenantId>,
    ) -> Result<Viewer, AuthError> {
        let platform_admin = session.platform_admin;
        let mut tenants = session.tenants.clone();
        if platform_admin
            && let Some(id) = looked_at
            && !tenants.iter().any(|membership| membership.tenant_id == *id)
        {
            match self.as_platform_admin(session, id).await {
                Ok(membership) => tenants.push(membership),
                // The page itself says so.
                Err(AuthError::NoSuchTenant) => {}
                Err(error) => return Err(error),
            }
        }
        let Operator { id, email, name } = session.operator.clone();
        let sandbox_url = self.sandbox_url.clone();
        Ok(Viewer { id, email, name, tenants, platform_admin, sandbox_url })
    }

    /// All tenants, a page at a time: see [`Db::tenants_named`](crate::store::Db::tenants_named). The
    /// first page begins with the one that has this very id or Stripe Customer.
    ///
    /// # Errors
    /// [`AuthError::NotPlatform`] for everyone but platform administrators.
    pub async fn tenants(
        &self,
        session: &OpenSession,
        search: &str,
        after: Option<&TenantId>,
    ) -> Result<TenantPage, AuthError> {
        if !session.platform_admin {
            return Err(AuthError::NotPlatform);
        }
        let search = search.trim();
        let mut tenants = self.db.tenants_named(search, after, TENANTS + 1).await?;
        let more = tenants.len() > TENANTS as usize;
        tenants.truncate(TENANTS as usize);
        let next = tenants.last().filter(|_| more).map(|last| last.tenant_id.clone());
        if after.is_none()
            && let Some(called) = self.db.tenant_called(search).await?
            && !tenants.contains(&called)
        {
            tenants.insert(0, called);
        }
        Ok(TenantPage { tenants, next })
    }

    /// The membership with which a platform administrator views a tenant that is not theirs.
    ///
    /// # Errors
    /// [`AuthError::NoSuchTenant`] for everyone else, and where there is no such tenant.
    pub async fn as_platform_admin(
        &self,
        session: &OpenSession,
        tenant_id: &TenantId,
    ) -> Result<Membership, AuthError> {
        if !session.platform_admin {
            return Err(AuthError::NoSuchTenant);
        }
        let found = self.db.name_and_revision(tenant_id).await?;
        let (tenant_name, revision) = found.ok_or(AuthError::NoSuchTenant)?;
        Ok(Membership { tenant_id: tenant_id.clone(), tenant_name, role: Role::Member, revision })
    }

    /// The tenant's revision, which grows with every change that its pages show. `None` once the
    /// session has ended, or where its operator may not view the tenant.
    pub async fn revision(
        &self,
        session: &OpenSession,
        tenant_id: &TenantId,
    ) -> Result<Option<i64>, AuthError> {
        let now = self.clock.now();
        Ok(self.db.revision(tenant_id, &session.id, now, self.used_after(now)).await?)
    }
}
