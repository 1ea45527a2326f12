//! Single sign-on of operators. They must have been added before, and are found by their verified email
//! the first time and by the provider's subject from then on; or their email's domain is a tenant's,
//! and they are added to it.

use crate::auth::oidc::{Identity, SignOnError};
use crate::auth::visitor::{Begun, Visitor};
use crate::auth::{Auth, AuthError};
use crate::model::{ActivityKind, Actor, OperatorId, Role, TenantId};
use crate::store::{Identified, Invited, NewActivity, NewIdentity, NewRole, StoreError};

impl Auth {
    /// Counts a sign-on from the visitor's network, which asks the provider. [`Auth::uncount_sign_on`] takes it
    /// back.
    ///
    /// # Errors
    /// [`SignOnError::Throttled`] after too many that have failed.
    pub fn count_sign_on(&self, visitor: &Visitor) -> Result<(), SignOnError> {
        let may_try = self.sign_ons.may_try(&visitor.network.to_string(), self.clock.now());
        may_try.then_some(()).ok_or(SignOnError::Throttled)
    }

    /// Uncounts a sign-on that did not fail for the visitor's fault.
    pub fn uncount_sign_on(&self, visitor: &Visitor) {
        self.sign_ons.take_back(&visitor.network.to_string());
    }

    /// Begins a session for somebody whom the provider vouches for; it replaces the one that the
    /// visitor had.
    ///
    /// # Errors
    /// [`SignOnError::NotInvited`] and [`SignOnError::OtherIdentity`].
    pub async fn sign_on(
        &self,
        person: &Identity,
        visitor: &Visitor,
    ) -> Result<Begun, SignOnError> {
        let tenant_id = self.tenant_of_domain(person).await?;
        let new_id = OperatorId::generate();
        let identity = NewIdentity {
            issuer: &person.issuer,
            subject: &person.subject,
            email: &person.email,
            name: &person.name,
            operator_id: tenant_id.map(|_| &new_id),
            now: self.clock.now(),
        };
        let mut identified = self.db.identify(&identity).await;
        if identified.as_ref().is_err_and(StoreError::is_unique_violation) {
            // Signed on in two tabs at once: the other one was first.
            identified = self.db.identify(&identity).await;
        }
        let operator_id = match identified.map_err(AuthError::from)? {
            Identified::Operator(id) => id,
            Identified::OtherIdentity => return Err(SignOnError::OtherIdentity),
            Identified::Nobody => return Err(SignOnError::NotInvited),
        };
        if let Some(tenant_id) = tenant_id {
            self.join(tenant_id, &operator_id, person.role).await?;
        }
        let session = self.begin(&operator_id, None, visitor).await?;
        let session = session.ok_or(AuthError::Nobody)?;
        Ok(Begun { session, device: None })
    }

    /// The tenant that the person belongs to by their email's domain, if it exists.
    async fn tenant_of_domain<'a>(
        &self,
        person: &'a Identity,
    ) -> Result<Option<&'a TenantId>, AuthError> {
        let Some(tenant_id) = &person.tenant_id else { return Ok(None) };
        let there = self.db.name_and_revision(tenant_id).await?.is_some();
        if !there {
            tracing::error!(%tenant_id, "OIDC_ALLOWED_DOMAINS names a tenant that is not there");
        }
        Ok(there.then_some(tenant_id))
    }

    /// Adds the operator to the tenant. A role from the provider replaces theirs; otherwise the one
    /// they have stays, and without one they become a member, who only looks. The timeline records
    /// changes.
    async fn join(
        &self,
        tenant_id: &TenantId,
        operator_id: &OperatorId,
        told: Option<Role>,
    ) -> Result<(), AuthError> {
        let has = self.db.role(tenant_id, operator_id).await?;
        let role = match (told, has) {
            (None, Some(_)) => return Ok(()),
            (Some(told), Some(has)) if told == has => return Ok(()),
            (Some(told), _) => NewRole::Exactly(told),
            // They may have been added meanwhile.
            (None, None) => NewRole::AtLeast(Role::Member),
        };
        let name = self.db.operator_name(operator_id).await?.ok_or(AuthError::Nobody)?;
        let actor = Actor::Operator { id: operator_id.clone(), name: name.clone() };
        let entry = NewActivity::new(ActivityKind::OperatorJoined, actor).of(&name);
        let (who, now) = (Invited::Known(operator_id), self.clock.now());
        if !self.db.admit(tenant_id, who, role, &entry, now).await? {
            tracing::warn!(%tenant_id, "its only owner keeps the role that the provider would take");
        }
        Ok(())
    }
}
