//! What operators do with their own account.

use crate::auth::device::Device;
use crate::auth::session::{new_id, random, token_hash};
use crate::auth::{AuthError, Begun, SESSION_LIFETIME, Session, Visitor};
use crate::model::{Account, ChangePassword, PASSWORD_LENGTH, SessionId};
use crate::store::{NewSession, Operator};

impl Session {
    /// The operator, and where they are signed in.
    pub async fn account(&self) -> Result<Account, AuthError> {
        let Operator { id, email, name } = self.open.operator.clone();
        let now = self.auth.clock.now();
        let used_after = self.auth.used_after(now);
        let sessions = self.auth.db.sessions(&id, &self.open.id, now, used_after).await?;
        let known = self.auth.db.credentials(&email).await?;
        let has_password = known.is_some_and(|(_, hash)| hash.is_some());
        Ok(Account { id, email, name, has_password, sessions })
    }

    /// Changes the password, which ends all of the operator's sessions: a new one takes the place of
    /// this one, whose token somebody else may have.
    ///
    /// # Errors
    /// [`AuthError::WeakPassword`] for a new one that breaks the rule; [`AuthError::WrongPassword`]
    /// for a current one that isn't, and [`AuthError::Throttled`] after too many of them.
    pub async fn change_password(
        &self,
        change: &ChangePassword,
        visitor: &Visitor,
    ) -> Result<(), AuthError> {
        let (auth, Operator { id, email, .. }) = (&self.auth, &self.open.operator);
        if is_weak(&change.new_password, email) || change.new_password == change.current_password {
            return Err(AuthError::WeakPassword);
        }
        if !auth.password_changes.may_try(id.as_str(), auth.clock.now()) {
            return Err(AuthError::Throttled);
        }
        let was = auth.db.credentials(email).await?.and_then(|(_, hash)| hash);
        let right = auth.passwords.verify(change.current_password.clone(), was.clone()).await;
        let right = right.inspect_err(|_| auth.password_changes.take_back(id.as_str()))?;
        let was = was.filter(|_| right).ok_or(AuthError::WrongPassword)?;
        auth.password_changes.forget(id.as_str());
        let is = auth.passwords.hash(change.new_password.clone()).await?;
        let (token, device, now) = (random()?, Device::new(&is)?, auth.clock.now());
        let session = NewSession {
            id: &new_id()?,
            token_hash: &token_hash(&token),
            operator_id: id,
            password_hash: Some(&is),
            user_agent: visitor.user_agent.as_deref(),
            replaces: None,
            now,
            expires_at: now + SESSION_LIFETIME,
        };
        if !auth.db.change_password(&was, &session).await? {
            // Somebody else was faster: what was current a moment ago is not any more.
            return Err(AuthError::WrongPassword);
        }
        self.signed_in.renew(Begun { session: token, device: Some(device) });
        Ok(())
    }

    /// Ends one of the operator's sessions.
    ///
    /// # Errors
    /// [`AuthError::NoSuchSession`] for another's as for one that doesn't exist.
    pub async fn end(&self, session_id: &SessionId) -> Result<(), AuthError> {
        let ended = self.auth.db.end_session(&self.open.operator.id, session_id).await?;
        if ended { Ok(()) } else { Err(AuthError::NoSuchSession) }
    }

    /// Ends all of the operator's sessions, this one too.
    pub async fn sign_out_everywhere(&self) -> Result<(), AuthError> {
        Ok(self.auth.db.end_sessions(&self.open.operator.id).await?)
    }
}

/// Length is what makes a password strong; beyond that only what anyone would try first is refused.
pub(super) fn is_weak(password: &str, email: &str) -> bool {
    !PASSWORD_LENGTH.contains(&password.chars().count()) || password.trim().to_lowercase() == email
}
