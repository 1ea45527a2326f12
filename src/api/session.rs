//! Who is calling, and which tenant they may touch. During server-side rendering a server function
//! is called directly, where extractors run and middleware doesn't: so this is an extractor.

use crate::api::ApiError;
use crate::api::looks::Looks;
use crate::auth::{Auth, AuthError, OpenSession, SignedIn};
use crate::billing::Billing;
use crate::model::{Role, SessionId, TenantId, View};
use dioxus::server::axum::extract::FromRequestParts;
use dioxus::server::http::request::Parts;
use tracing::Span;

/// A signed-in operator. Whoever wants to do something for a tenant asks whether they may, and is
/// answered the rules, run in the operator's name.
pub struct Session {
    pub(super) auth: Auth,
    pub(super) open: OpenSession,
    pub(super) signed_in: SignedIn,
    billing: Billing,
    looks: Looks,
}

impl Session {
    /// What the session is known by; it opens nothing.
    pub fn id(&self) -> &SessionId {
        &self.open.id
    }

    /// For whoever may look at this of a tenant: its people, and platform administrators, of whom the
    /// timeline tells.
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

    /// For the operator in a tenant of theirs.
    ///
    /// # Errors
    /// [`AuthError::NoSuchTenant`] as [`Session::reader`]; [`AuthError::Forbidden`] for a platform
    /// administrator, who only looks.
    pub(super) async fn member(&self, tenant_id: &TenantId) -> Result<&Billing, AuthError> {
        self.role(tenant_id).await?;
        Ok(&self.billing)
    }

    /// For whoever may change something of a tenant.
    ///
    /// # Errors
    /// As [`Session::member`]; [`AuthError::Forbidden`] for a role that only looks, too.
    pub(super) async fn manager(&self, tenant_id: &TenantId) -> Result<&Billing, AuthError> {
        let may_act = self.role(tenant_id).await?.may_act();
        if may_act { Ok(&self.billing) } else { Err(AuthError::Forbidden) }
    }

    /// Whether they may be told that something of a tenant has changed, but not what.
    ///
    /// # Errors
    /// [`AuthError::NoSuchTenant`] as [`Session::reader`].
    pub async fn may_follow(&self, tenant_id: &TenantId) -> Result<(), AuthError> {
        if self.own(tenant_id).is_none() {
            self.auth.not_theirs(&self.open, tenant_id).await?;
        }
        Ok(())
    }

    /// As [`Auth::revision`].
    pub async fn revision(&self, tenant_id: &TenantId) -> Result<Option<i64>, AuthError> {
        self.auth.revision(&self.open, tenant_id).await
    }

    /// The operator's role in a tenant of theirs. That somebody else asked for a change is told, and
    /// refused.
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

    /// A platform administrator looks at a tenant that is not theirs, as a member does; without a view,
    /// they asked for a change. Fails rather than show what the timeline does not tell of.
    ///
    /// # Errors
    /// [`AuthError::NoSuchTenant`] as [`Auth::not_theirs`].
    async fn look_at(&self, tenant_id: &TenantId, view: Option<View>) -> Result<(), AuthError> {
        self.auth.not_theirs(&self.open, tenant_id).await?;
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
