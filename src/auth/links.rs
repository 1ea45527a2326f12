//! One-time links to join a tenant or to choose a new password. Their tokens are 256 random bits,
//! looked up by hash, so guessing them is hopeless and needs no rate limit; passwords sent along are
//! rate limited as at sign-in.

use crate::auth::account::is_weak;
use crate::auth::device::Device;
use crate::auth::session::token_hash;
use crate::auth::{Auth, AuthError, Begun, Visitor};
use crate::model::{ActivityKind, Actor, Login, Name, OperatorId, TenantId};
use crate::store::{Invitation, Invited, NewActivity, Operator};
use chrono::TimeDelta;

/// How long an invitation can be accepted.
pub const INVITATION_LIFETIME: TimeDelta = TimeDelta::days(7);
/// How long a password reset link can be used.
pub const RESET_LIFETIME: TimeDelta = TimeDelta::hours(1);

/// Proof that an invitation is accepted by the person it is for.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// Somebody new gives their name, and chooses a password.
    New { name: &'a str, password: &'a str },
    /// Somebody with an account gives its password.
    Password(&'a str),
    /// The invited operator is signed in.
    SignedIn(&'a OperatorId),
}

/// The outcome of accepting an invitation.
pub struct Joined {
    pub tenant_id: TenantId,
    pub begun: Begun,
}

impl Auth {
    /// The invitation with this token.
    ///
    /// # Errors
    /// [`AuthError::NoSuchLink`] for one that was used, replaced, has expired or was made up.
    pub async fn invitation(&self, token: &str) -> Result<Invitation, AuthError> {
        let found = self.db.invitation(&token_hash(token), self.clock.now()).await?;
        found.ok_or(AuthError::NoSuchLink)
    }

    /// Accepts an invitation: its link is used up, and a session begins.
    ///
    /// # Errors
    /// As [`Auth::invitation`]; [`AuthError::InvalidName`] and [`AuthError::WeakPassword`] for somebody
    /// new, [`AuthError::WrongCredentials`] and [`AuthError::Throttled`] for somebody with an account,
    /// [`AuthError::Nobody`] where somebody else is signed in.
    pub async fn accept(
        &self,
        token: &str,
        proof: Proof<'_>,
        visitor: &Visitor,
    ) -> Result<Joined, AuthError> {
        let invitation = self.invitation(token).await?;
        let (operator, hash, device, new) = match (proof, invitation.known) {
            (Proof::New { name, password }, None) => {
                let name: Name = name.parse()?;
                if is_weak(password, &invitation.email) {
                    return Err(AuthError::WeakPassword);
                }
                let hash = self.passwords.hash(password.to_owned()).await?;
                let (id, email) = (OperatorId::generate(), invitation.email);
                let device = Device::new(&hash)?;
                (Operator { id, email, name: name.to_string() }, Some(hash), Some(device), true)
            }
            (Proof::Password(password), Some((operator, _))) => {
                let login = Login { email: invitation.email, password: password.to_owned() };
                let (_, hash, device) = self.authenticate(&login, visitor).await?;
                (operator, Some(hash), Some(device), false)
            }
            (Proof::SignedIn(id), Some((operator, hash))) if operator.id == *id => {
                (operator, hash, None, false)
            }
            (Proof::SignedIn(_), _) => return Err(AuthError::Nobody),
            // What the page asked for is out of date.
            (Proof::New { .. } | Proof::Password(_), _) => {
                return Err(AuthError::WrongCredentials);
            }
        };
        let (tenant_id, now) = (invitation.tenant_id, self.clock.now());
        let actor = Actor::Operator { id: operator.id.clone(), name: operator.name.clone() };
        let entry = NewActivity::new(ActivityKind::OperatorJoined, actor).of(&operator.name);
        let invited = match hash.as_deref() {
            password_hash if new => Invited::New { operator: &operator, password_hash },
            _ => Invited::Known(&operator.id),
        };
        let accepted =
            self.db.accept_invitation(&tenant_id, &token_hash(token), invited, &entry, now).await;
        match accepted {
            Ok(true) => {}
            Ok(false) => return Err(AuthError::NoSuchLink),
            // Somebody new who has accepted another tenant's invitation at the same moment.
            Err(error) if error.is_unique_violation() => return Err(AuthError::WrongCredentials),
            Err(error) => return Err(error.into()),
        }
        let session = self.begin(&operator.id, hash.as_deref(), visitor).await?;
        let session = session.ok_or(AuthError::WrongCredentials)?;
        Ok(Joined { tenant_id, begun: Begun { session, device } })
    }

    /// The operator whose password the link with this token changes.
    ///
    /// # Errors
    /// [`AuthError::NoSuchLink`] for one that was used, replaced, has expired or was made up.
    pub async fn reset(&self, token: &str) -> Result<Operator, AuthError> {
        let found = self.db.reset(&token_hash(token), self.clock.now()).await?;
        found.ok_or(AuthError::NoSuchLink)
    }

    /// Sets a new password for the link's operator: all their sessions end, the link is used up, and a
    /// session begins.
    ///
    /// # Errors
    /// As [`Auth::reset`], and [`AuthError::WeakPassword`].
    pub async fn use_reset(
        &self,
        token: &str,
        password: &str,
        visitor: &Visitor,
    ) -> Result<Begun, AuthError> {
        let operator = self.reset(token).await?;
        if is_weak(password, &operator.email) {
            return Err(AuthError::WeakPassword);
        }
        let hash = self.passwords.hash(password.to_owned()).await?;
        let now = self.clock.now();
        if !self.db.use_reset(&operator.id, &token_hash(token), &hash, now).await? {
            return Err(AuthError::NoSuchLink);
        }
        let session = self.begin(&operator.id, Some(&hash), visitor).await?;
        let session = session.ok_or(AuthError::WrongCredentials)?;
        Ok(Begun { session, device: Some(Device::new(&hash)?) })
    }
}
