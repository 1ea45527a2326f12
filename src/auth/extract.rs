//! Who is calling, and which tenant they may touch. During server-side rendering a server function
//! is called directly, where extractors run and middleware doesn't: so this is an extractor.

use crate::api::ApiError;
use crate::auth::{Auth, AuthError, token_hash, token_of};
use crate::billing::Billing;
use crate::model::{Role, TenantId, Viewer};
use crate::store::{OpenSession, Operator};
use dioxus::server::axum::extract::FromRequestParts;
use dioxus::server::http::request::Parts;
use std::sync::Arc;
use tokio::sync::OnceCell;
use tracing::Span;

/// The request's session, looked up once however many server functions a page calls. A layer puts
/// an empty one into each request.
#[derive(Clone, Default)]
pub struct SignedIn(Arc<OnceCell<Option<OpenSession>>>);

impl SignedIn {
    /// The session whose cookie this request carries; `None` for nobody's.
    pub async fn session(
        &self,
        auth: &Auth,
        parts: &Parts,
    ) -> Result<Option<&OpenSession>, AuthError> {
        let look_up = async || {
            let Some(token) = token_of(&parts.headers, auth.secure) else { return Ok(None) };
            let now = auth.clock.now();
            let used_after = auth.used_after(now);
            let session = auth.db.session(&token_hash(&token), now, used_after).await?;
            if let Some(session) = &session {
                auth.see(session, now);
            }
            Ok::<_, AuthError>(session)
        };
        Ok(self.0.get_or_try_init(look_up).await?.as_ref())
    }
}

/// A signed-in operator.
pub struct Session {
    pub(super) auth: Auth,
    pub(super) open: OpenSession,
    billing: Billing,
}

/// An operator in one of their tenants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub tenant_id: TenantId,
    pub role: Role,
}

impl Session {
    /// The rules, run in the operator's name.
    pub fn billing(&self) -> &Billing {
        &self.billing
    }

    /// The operator in a tenant of theirs.
    ///
    /// # Errors
    /// [`AuthError::NoSuchTenant`] for another's tenant as for one that doesn't exist.
    pub async fn member(&self, tenant_id: &TenantId) -> Result<Member, AuthError> {
        let role = self.auth.db.role(tenant_id, &self.open.operator.id).await?;
        let role = role.ok_or(AuthError::NoSuchTenant)?;
        Span::current().record("tenant_id", tenant_id.as_str());
        Ok(Member { tenant_id: tenant_id.clone(), role })
    }

    /// Like [`Session::member`], for whoever may change something.
    ///
    /// # Errors
    /// [`AuthError::Forbidden`] for a role that only looks.
    pub async fn manager(&self, tenant_id: &TenantId) -> Result<Member, AuthError> {
        let member = self.member(tenant_id).await?;
        if member.role.may_act() { Ok(member) } else { Err(AuthError::Forbidden) }
    }

    /// The tenant's revision, which grows with every change that a page of it shows. `None` once the
    /// session is over, or where the tenant is not theirs.
    pub async fn revision(&self, tenant_id: &TenantId) -> Result<Option<i64>, AuthError> {
        let now = self.auth.clock.now();
        let used_after = self.auth.used_after(now);
        Ok(self.auth.db.revision(tenant_id, &self.open.id, now, used_after).await?)
    }

    /// What the frame around every page shows.
    pub async fn viewer(&self) -> Result<Viewer, AuthError> {
        let tenants = self.auth.db.memberships(&self.open.operator.id).await?;
        let Operator { id, email, name } = self.open.operator.clone();
        Ok(Viewer { id, email, name, tenants, sandbox_url: self.auth.sandbox_url.clone() })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Session {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let auth: Option<Auth> = parts.extensions.get().cloned();
        let signed_in: Option<SignedIn> = parts.extensions.get().cloned();
        let (Some(auth), Some(signed_in)) = (auth, signed_in) else {
            return Err(AuthError::Nobody.into());
        };
        let open = signed_in.session(&auth, parts).await?.cloned();
        let open = open.ok_or(AuthError::Nobody)?;
        let billing = auth.billing.for_operator(&open.operator.id, &open.operator.name);
        Ok(Self { auth, open, billing })
    }
}
