//! Signing in: passwords, sessions, and the extractor that tells a server function who is calling
//! and which tenant they may touch.

mod extract;
mod password;
mod session;
mod throttle;

pub use extract::{Member, Session, SignedIn};
pub use password::{hash_password, verify_password};
pub use session::{clear_cookie, cookie, token_hash, token_of};

use crate::billing::Billing;
use crate::clock::Clock;
use crate::model::{Login, OperatorId};
use crate::store::{Db, StoreError};
use chrono::TimeDelta;
use std::sync::Arc;
use throttle::Throttle;

/// The longest an email address can be, in bytes.
const LONGEST_EMAIL: usize = 320;

/// How long a session lasts.
pub const SESSION_LIFETIME: TimeDelta = TimeDelta::days(14);

/// Why nobody is signed in, or may not do this.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    #[error("Sign in first: there is no valid session.")]
    Nobody,
    #[error("The email or the password is not right.")]
    WrongCredentials,
    #[error("Too many attempts. Wait a few minutes, then try again.")]
    Throttled,
    #[error("Your role in this tenant is to look: ask an owner or an admin to do this.")]
    Forbidden,
    /// Another tenant's id is answered like one that doesn't exist.
    #[error("There is no such tenant, or it is not yours.")]
    NoSuchTenant,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a password could not be checked: {0}")]
    Hashing(String),
}

/// Sign-in, with what it works on. Cheap to clone.
#[derive(Clone)]
pub struct Auth {
    db: Db,
    clock: Clock,
    throttle: Arc<Throttle>,
    pub(crate) billing: Billing,
    /// Whether cookies may only travel over https.
    pub secure: bool,
    /// The sandbox's control page, shown to operators where there is one.
    pub sandbox_url: Option<String>,
}

impl Auth {
    pub fn new(
        db: Db,
        clock: Clock,
        billing: Billing,
        secure: bool,
        sandbox_url: Option<String>,
    ) -> Self {
        Self { db, clock, throttle: Arc::default(), billing, secure, sandbox_url }
    }

    /// Begins a session and answers its token, which is not kept anywhere.
    ///
    /// # Errors
    /// [`AuthError::WrongCredentials`], the same for an unknown email and a wrong password, and
    /// after as much work; [`AuthError::Throttled`] after too many of them.
    pub async fn sign_in(&self, login: &Login) -> Result<String, AuthError> {
        let email = login.email.trim().to_lowercase();
        let now = self.clock.now();
        if email.len() <= LONGEST_EMAIL && !self.throttle.may_try(&email, now) {
            return Err(AuthError::Throttled);
        }
        let operator_id = self.check(&email, &login.password).await?;
        let Some(operator_id) = operator_id else {
            return Err(AuthError::WrongCredentials);
        };
        self.throttle.succeeded(&email);
        let token = session::new_token()?;
        let expires_at = now + SESSION_LIFETIME;
        self.db.create_session(&token_hash(&token), &operator_id, now, expires_at).await?;
        Ok(token)
    }

    async fn check(&self, email: &str, password: &str) -> Result<Option<OperatorId>, AuthError> {
        let possible = email.len() <= LONGEST_EMAIL && !email.contains(char::is_control);
        let known = if possible { self.db.credentials(email).await? } else { None };
        let (operator_id, hash) = known.map_or((None, None), |(id, hash)| (Some(id), Some(hash)));
        let right = verify_password(password.to_owned(), hash).await?;
        Ok(operator_id.filter(|_| right))
    }

    /// Ends the session of this token.
    pub async fn sign_out(&self, token: &str) -> Result<(), AuthError> {
        Ok(self.db.delete_session(&token_hash(token)).await?)
    }
}
