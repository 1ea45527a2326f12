//! Who is calling, and which tenants they may access. An extractor, because server-side rendering calls
//! server functions directly, where extractors run and middleware doesn't.

use crate::api::ApiError;
use crate::api::looks::Looks;
use crate::auth::{Auth, AuthError, OpenSession, SignedIn};
use crate::billing::Billing;
use crate::model::{Role, SessionId, TenantId, View};
use dioxus::server::axum::extract::FromRequestParts;
use dioxus::server::http::request::Parts;
use tracing::Span;

/// A signed-in operator. `reader`, `member` and `manager` check their right to a tenant, and return the
/// billing rules acting in their name.
pub struct Session {
    pub(super) auth: Auth,
    pub(super) open: OpenSession,
    pub(super) signed_in: SignedIn,
    billing: Billing,
    looks: Looks,
}

impl Session {
    /// The session's id, which is not a credential.
    pub fn id(&self) -> &SessionId {
        &self.open.id
    }

    /// Allows a tenant's people to see this view of it, and platform administrators, whose look is
    /// recorded.
    ///
    /// # Errors
    /// [`AuthError::NoSuchTenant`] for another's tenant as for one that doesn't exist.
    pub(super) async fn reader(
        &self,
        tenant_id: &TenantId,
        view: View,
    ) -> Result<&Billing, AuthError> {
        if self.own(tenant_id).is_none() {
            self.look_at(tenant_id, Some(view)).await?;
        }
        Ok(&self.billing)
    }

    /// Allows operators of the tenant.
    ///
    /// # Errors
    /// [`AuthError::NoSuchTenant`] as [`Session::reader`]; [`AuthError::Forbidden`] for a platform
    /// administrator, who may only look.
    pub(super) async fn member(&self, tenant_id: &TenantId) -> Result<&Billing, AuthError> {
        self.role(tenant_id).await?;
        Ok(&self.billing)
    }

    /// Allows operators who may change the tenant.
    ///
    /// # Errors
    /// As [`Session::member`]; also [`AuthError::Forbidden`] for a role that may only look.
    pub(super) async fn manager(&self, tenant_id: &TenantId) -> Result<&Billing, AuthError> {
        let may_act = self.role(tenant_id).await?.may_act();
        if may_act { Ok(&self.billing) } else { Err(AuthError::Forbidden) }
    }

    /// Checks that they may learn that something of a tenant has changed, but not what.
    ///
    /// # Errors
    /// [`AuthError::NoSuchTenant`] as [`Session::reader`].
    pub async fn may_follow(&self, tenant_id: &TenantId) -> Result<(), AuthError> {
        if self.own(tenant_id).is_none() {
            self.auth.as_platform_admin(&self.open, tenant_id).await?;
        }
        Ok(())
    }

    /// See [`Auth::revision`].
    pub async fn revision(&self, tenant_id: &TenantId) -> Result<Option<i64>, AuthError> {
        self.auth.revision(&self.open, tenant_id).await
    }

    /// The operator's role in one of their tenants. Anyone else is refused, and a platform
    /// administrator's attempt is recorded.
    async fn role(&self, tenant_id: &TenantId) -> Result<Role, AuthError> {
        if let Some(role) = self.own(tenant_id) {
            return Ok(role);
        }
        self.look_at(tenant_id, None).await?;
        Err(AuthError::Forbidden)
    }

    fn own(&self, tenant_id: &TenantId) -> Option<Role> {
        Span::current().record("tenant_id", tenant_id.as_str());
        let mut tenants = self.open.tenants.iter();
        tenants.find(|one| one.tenant_id == *tenant_id).map(|one| one.role)
    }

    /// Records a platform administrator's look, as a member, at a tenant that is not theirs; without a
    /// view, an attempt to change it. Fails rather than show what could not be recorded.
    ///
    /// # Errors
    /// [`AuthError::NoSuchTenant`] as [`Auth::as_platform_admin`].
    async fn look_at(&self, tenant_id: &TenantId, view: Option<View>) -> Result<(), AuthError> {
        self.auth.as_platform_admin(&self.open, tenant_id).await?;
        let look = (self.open.id.clone(), tenant_id.clone(), view);
        let tell = self.billing.tell_of_look(tenant_id, view);
        Ok(self.looks.told(look, self.auth.now(), tell).await?)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Session {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let found = &parts.extensions;
        let (Some(auth), Some(billing), Some(looks), Some(signed_in)) = (
            found.get::<Auth>().cloned(),
            found.get::<Billing>(),
            found.get::<Looks>().cloned(),
            found.get::<SignedIn>().cloned(),
        ) else {
            return Err(AuthError::Nobody.into());
        };
        let open = signed_in.session(&auth, parts).await?.cloned();
        let open = open.ok_or(AuthError::Nobody)?;
        let billing = billing.for_operator(&open.operator.id, &open.operator.name);
        Ok(Self { auth, open, signed_in, billing, looks })
    }
}
