//! A tenant's people, as the portal's administrators manage them. The timeline records it.

use crate::auth::account::is_weak;
use crate::auth::session::{self, token_hash};
use crate::auth::{AuthError, INVITATION_LIFETIME, hash_password};
use crate::model::{ActivityKind, Actor, Email, Name, OperatorId, Role, TenantId, Timestamp};
use crate::store::{Db, Invited, NewActivity, NewInvitation, NewRole, Operator, Removal};
use chrono::TimeDelta;

/// Somebody to be added to a tenant.
pub enum NewOperator {
    /// Somebody with an account.
    Known(Operator),
    New {
        email: Email,
        name: Name,
        /// Without one they choose it themselves, by a link.
        password: Option<String>,
    },
}

/// Creates an invitation, replacing one to the same email, and returns its token, which is not stored.
pub async fn invite(
    db: &Db,
    tenant_id: &TenantId,
    email: &Email,
    role: Role,
    now: Timestamp,
) -> Result<String, AuthError> {
    let token = session::random()?;
    let invitation = NewInvitation {
        token_hash: &token_hash(&token),
        email,
        role,
        now,
        expires_at: now + INVITATION_LIFETIME,
    };
    let subject = db.operator(email.as_str()).await?.map(|operator| operator.name);
    let entry = NewActivity::new(ActivityKind::OperatorInvited, Actor::Portal).to(role.as_str());
    db.invite(tenant_id, &invitation, &NewActivity { subject, ..entry }).await?;
    Ok(token)
}

/// Creates a password reset link for the operator, replacing the one before, and returns its token,
/// which is not stored.
pub async fn offer_reset(
    db: &Db,
    operator_id: &OperatorId,
    lifetime: TimeDelta,
    now: Timestamp,
) -> Result<String, AuthError> {
    let token = session::random()?;
    db.offer_reset(operator_id, &token_hash(&token), now, now + lifetime).await?;
    Ok(token)
}

/// Adds somebody to the tenant, or changes their role. Also returns the token of the link by which
/// somebody new without a password chooses one.
///
/// # Errors
/// [`AuthError::WeakPassword`]; [`AuthError::LastOwner`] if they would no longer be one; a unique
/// violation when a new operator's email has been taken by now.
pub async fn add_operator(
    db: &Db,
    tenant_id: &TenantId,
    who: NewOperator,
    role: Role,
    now: Timestamp,
) -> Result<(Operator, Option<String>), AuthError> {
    let (operator, hash, new) = match who {
        NewOperator::Known(operator) => (operator, None, false),
        NewOperator::New { email, name, password } => {
            if password.as_ref().is_some_and(|password| is_weak(password, email.as_str())) {
                return Err(AuthError::WeakPassword);
            }
            let hash = match password {
                Some(password) => Some(hash_password(password).await?),
                None => None,
            };
            let (email, name) = (email.to_string(), name.to_string());
            (Operator { id: OperatorId::generate(), email, name }, hash, true)
        }
    };
    let invited = match new {
        true => Invited::New { operator: &operator, password_hash: hash.as_deref() },
        false => Invited::Known(&operator.id),
    };
    let entry = NewActivity::new(ActivityKind::OperatorJoined, Actor::Portal).of(&operator.name);
    if !db.admit(tenant_id, invited, NewRole::Exactly(role), &entry, now).await? {
        return Err(AuthError::LastOwner);
    }
    if !new || hash.is_some() {
        return Ok((operator, None));
    }
    let token = offer_reset(db, &operator.id, INVITATION_LIFETIME, now).await?;
    Ok((operator, Some(token)))
}

/// Removes somebody from a tenant, and voids an invitation that they have not used. `false` where they
/// were neither one of its people nor invited.
///
/// # Errors
/// [`AuthError::LastOwner`]: nothing is changed then.
pub async fn remove_operator(
    db: &Db,
    tenant_id: &TenantId,
    email: &Email,
    now: Timestamp,
) -> Result<bool, AuthError> {
    let subject = db.operator(email.as_str()).await?.map(|operator| operator.name);
    let entry = NewActivity::new(ActivityKind::OperatorRemoved, Actor::Portal);
    match db.remove(tenant_id, email, &NewActivity { subject, ..entry }, now).await? {
        Removal::Removed => Ok(true),
        Removal::NotThere => Ok(false),
        Removal::LastOwner => Err(AuthError::LastOwner),
    }
}
