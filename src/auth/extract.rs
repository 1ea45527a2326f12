//! Who is calling, and which tenant they may touch. During server-side rendering a server function
//! is called directly, where extractors run and middleware doesn't: so this is an extractor.

use crate::api::ApiError;
use crate::auth::{Auth, AuthError, Begun, token_hash, token_of};
use crate::billing::Billing;
use crate::model::{Membership, Role, SessionId, TenantId, TenantPage, View, Viewer};
use crate::store::{OpenSession, Operator};
use dioxus::server::axum::extract::FromRequestParts;
use dioxus::server::http::request::Parts;
use std::sync::{Arc, OnceLock};
use tokio::sync::OnceCell;
use tracing::Span;

/// How many tenants a page has.
const TENANTS: i64 = 50;

/// The request's session, looked up once however many server functions a page calls. A layer puts
/// an empty one into each request.
#[derive(Clone, Default)]
pub struct SignedIn(Arc<Known>);

#[derive(Default)]
struct Known {
    session: OnceCell<Option<OpenSession>>,
    renewed: OnceLock<Begun>,
}

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
        Ok(self.0.session.get_or_try_init(look_up).await?.as_ref())
    }

    /// The session that has taken the place of the request's: the browser is to be given its cookies.
    pub fn renewed(&self) -> Option<&Begun> {
        self.0.renewed.get()
    }

    pub(super) fn renew(&self, begun: Begun) {
        let _ = self.0.renewed.set(begun);
    }
}

/// A signed-in operator.
pub struct Session {
    pub(super) auth: Auth,
    pub(super) open: OpenSession,
    pub(super) signed_in: SignedIn,
    billing: Billing,
}

/// An operator in one of their tenants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub tenant_id: TenantId,
    pub role: Role,
}

impl Session {
    /// What the session is known by; it opens nothing.
    pub fn id(&self) -> &SessionId {
        &self.open.id
    }

    /// The rules, run in the operator's name.
    pub fn billing(&self) -> &Billing {
        &self.billing
    }

    /// Whoever may look at this of a tenant: its people, and platform administrators, of whom the
    /// timeline tells.
    ///
    /// # Errors
    /// [`AuthError::NoSuchTenant`] for another's tenant as for one that doesn't exist.
    pub async fn reader(&self, tenant_id: &TenantId, view: View) -> Result<Member, AuthError> {
        if let Some(member) = self.own(tenant_id) {
            return Ok(member);
        }
        let role = self.look_at(tenant_id, Some(view)).await?;
        Ok(Member { tenant_id: tenant_id.clone(), role })
    }

    /// Whoever may be told that something of a tenant has changed, but not what.
    ///
    /// # Errors
    /// [`AuthError::NoSuchTenant`] as [`Session::reader`].
    pub async fn may_follow(&self, tenant_id: &TenantId) -> Result<(), AuthError> {
        if self.own(tenant_id).is_none() {
            self.not_theirs(tenant_id).await?;
        }
        Ok(())
    }

    /// The operator in a tenant of theirs.
    ///
    /// # Errors
    /// [`AuthError::NoSuchTenant`] as [`Session::reader`]; [`AuthError::Forbidden`] for a platform
    /// administrator, who only looks.
    pub async fn member(&self, tenant_id: &TenantId) -> Result<Member, AuthError> {
        if let Some(member) = self.own(tenant_id) {
            return Ok(member);
        }
        self.look_at(tenant_id, None).await?;
        Err(AuthError::Forbidden)
    }

    fn own(&self, tenant_id: &TenantId) -> Option<Member> {
        Span::current().record("tenant_id", tenant_id.as_str());
        let mut tenants = self.open.tenants.iter();
        let Membership { tenant_id, role, .. } = tenants.find(|one| one.tenant_id == *tenant_id)?;
        Some(Member { tenant_id: tenant_id.clone(), role: *role })
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

    /// What the frame around every page shows, where this tenant is looked at.
    pub async fn viewer(&self, looked_at: Option<&TenantId>) -> Result<Viewer, AuthError> {
        let platform_admin = self.open.platform_admin;
        let mut tenants = self.open.tenants.clone();
        if platform_admin
            && let Some(id) = looked_at
            && !tenants.iter().any(|membership| membership.tenant_id == *id)
        {
            match self.not_theirs(id).await {
                Ok(membership) => tenants.push(membership),
                // The page itself says so.
                Err(AuthError::NoSuchTenant) => {}
                Err(error) => return Err(error),
            }
        }
        let Operator { id, email, name } = self.open.operator.clone();
        let sandbox_url = self.auth.sandbox_url.clone();
        Ok(Viewer { id, email, name, tenants, platform_admin, sandbox_url })
    }

    /// All tenants a page at a time: see [`Db::tenants_named`](crate::store::Db::tenants_named). The
    /// first page begins with the one that has this very id.
    ///
    /// # Errors
    /// [`AuthError::NotPlatform`] for everyone but platform administrators.
    pub async fn tenants(
        &self,
        search: &str,
        after: Option<&TenantId>,
    ) -> Result<TenantPage, AuthError> {
        if !self.open.platform_admin {
            return Err(AuthError::NotPlatform);
        }
        let (db, search) = (&self.auth.db, search.trim());
        let mut tenants = db.tenants_named(search, after, TENANTS + 1).await?;
        let more = tenants.len() > TENANTS as usize;
        tenants.truncate(TENANTS as usize);
        let next = tenants.last().filter(|_| more).map(|last| last.tenant_id.clone());
        if after.is_none()
            && let Some(called) = db.tenant_called(search).await?
            && !tenants.contains(&called)
        {
            tenants.insert(0, called);
        }
        Ok(TenantPage { tenants, next })
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
        Ok(Self { auth, open, signed_in, billing })
    }
}
