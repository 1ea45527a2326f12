//! What operators do with their own account.

use crate::auth::device::Device;
use crate::auth::session::{random, token_hash};
use crate::auth::{Auth, AuthError, Begun, OpenSession, Visitor};
use crate::model::{
    Account, ChangePassword, OperatorId, PASSWORD_LENGTH, SESSION_LIFETIME, SessionId,
};
use crate::store::{NewSession, Operator};

impl Auth {
    /// The operator of this session, and where they are signed in.
    pub async fn account(&self, session: &OpenSession) -> Result<Account, AuthError> {
        let Operator { id, email, name } = session.operator.clone();
        let now = self.clock.now();
        let sessions = self.db.sessions(&id, &session.id, now, self.used_after(now)).await?;
        let known = self.db.credentials(&email).await?;
        let has_password = known.is_some_and(|(_, hash)| hash.is_some());
        Ok(Account { id, email, name, has_password, sessions })
    }

    /// Changes the operator's password, which ends all of their sessions: the returned one replaces the
    /// caller's, whose token somebody else may have.
    ///
    /// # Errors
    /// [`AuthError::WeakPassword`] if the new password breaks the rule; [`AuthError::WrongPassword`] if
    /// the current one is wrong, and [`AuthError::Throttled`] after too many of those.
    pub async fn change_password(
        &self,
        session: &OpenSession,
        change: &ChangePassword,
        visitor: &Visitor,
    ) -> Result<Begun, AuthError> {
        let Operator { id, email, .. } = &session.operator;
        let guesser = session.id.as_str();
        if is_weak(&change.new_password, email) || change.new_password == change.current_password {
            return Err(AuthError::WeakPassword);
        }
        if !self.password_changes.may_try(guesser, self.clock.now()) {
            return Err(AuthError::Throttled);
        }
        let was = self.db.credentials(email).await?.and_then(|(_, hash)| hash);
        let right = self.passwords.verify(change.current_password.clone(), was.clone()).await;
        let right = right.inspect_err(|_| self.password_changes.take_back(guesser))?;
        let was = was.filter(|_| right).ok_or(AuthError::WrongPassword)?;
        self.password_changes.forget(guesser);
        let is = self.passwords.hash(change.new_password.clone()).await?;
        let (token, device, now) = (random()?, Device::new(&is)?, self.clock.now());
        let session = NewSession {
            id: &SessionId::generate(),
            token_hash: &token_hash(&token),
            operator_id: id,
            password_hash: Some(&is),
            user_agent: visitor.user_agent.as_deref(),
            replaces: None,
            now,
            expires_at: now + SESSION_LIFETIME,
        };
        if !self.db.change_password(&was, &session).await? {
            // Somebody else was faster: the current password is no longer the same.
            return Err(AuthError::WrongPassword);
        }
        Ok(Begun { session: token, device: Some(device) })
    }

    /// Ends one of the operator's sessions.
    ///
    /// # Errors
    /// [`AuthError::NoSuchSession`] for somebody else's as for one that doesn't exist.
    pub async fn end(
        &self,
        operator_id: &OperatorId,
        session_id: &SessionId,
    ) -> Result<(), AuthError> {
        let ended = self.db.end_session(operator_id, session_id).await?;
        if ended { Ok(()) } else { Err(AuthError::NoSuchSession) }
    }

    /// Ends all of the operator's sessions.
    pub async fn sign_out_everywhere(&self, operator_id: &OperatorId) -> Result<(), AuthError> {
        Ok(self.db.end_sessions(operator_id).await?)
    }
}

/// Length is what makes a password strong; beyond that only what anyone would try first is refused.
pub(super) fn is_weak(password: &str, email: &str) -> bool {
    !PASSWORD_LENGTH.contains(&password.chars().count()) || password.trim().to_lowercase() == email
}
