//! Signing in: passwords, sessions, and the extractor that tells a server function who is calling
//! and which tenant they may touch.

mod account;
mod extract;
mod password;
mod session;
mod throttle;

pub use extract::{Member, Session, SignedIn};
pub use password::{hash_password, verify_password};
pub use session::{clear_cookie, cookie, cookie_of, token_hash, token_of, user_agent};

use crate::billing::Billing;
use crate::clock::Clock;
use crate::model::{Login, OperatorId, PASSWORD_LENGTH, Timestamp};
use crate::store::{Db, NewSession, OpenSession, StoreError};
use chrono::TimeDelta;
use std::sync::Arc;
use throttle::Throttle;
use tokio::runtime::Handle;

/// The longest an email address can be, in bytes.
const LONGEST_EMAIL: usize = 320;

/// How long a session lasts.
pub const SESSION_LIFETIME: TimeDelta = TimeDelta::days(14);

/// How precisely it is known when a session was last used.
const SEEN_WITHIN: TimeDelta = TimeDelta::minutes(5);

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
    #[error("You have no such session. It may have ended already.")]
    NoSuchSession,
    #[error("The current password is not right.")]
    WrongPassword,
    #[error(
        "A new password needs {} to {} characters, and can be neither your email nor your current \
         password.",
        PASSWORD_LENGTH.start(),
        PASSWORD_LENGTH.end()
    )]
    WeakPassword,
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
    sign_ins: Arc<Throttle>,
    /// By the operator's id, so that those who guess at an email's password keep nobody from
    /// changing theirs.
    password_changes: Arc<Throttle>,
    /// Where notes are written that no request waits for.
    main: Handle,
    pub(crate) billing: Billing,
    /// Whether cookies may only travel over https.
    pub secure: bool,
    /// The sandbox's control page, shown to operators where there is one.
    pub sandbox_url: Option<String>,
}

impl Auth {
    /// Must be called on the server's main runtime.
    pub fn new(
        db: Db,
        clock: Clock,
        billing: Billing,
        secure: bool,
        sandbox_url: Option<String>,
    ) -> Self {
        Self {
            db,
            clock,
            sign_ins: Arc::default(),
            password_changes: Arc::default(),
            main: Handle::current(),
            billing,
            secure,
            sandbox_url,
        }
    }

    /// Begins a session and answers its token, which is not kept anywhere. `user_agent` is what the
    /// operator will know the session by.
    ///
    /// # Errors
    /// [`AuthError::WrongCredentials`], the same for an unknown email and a wrong password, and
    /// after as much work; [`AuthError::Throttled`] after too many of them.
    pub async fn sign_in(
        &self,
        login: &Login,
        user_agent: Option<&str>,
    ) -> Result<String, AuthError> {
        let email = login.email.trim().to_lowercase();
        let now = self.clock.now();
        if email.len() <= LONGEST_EMAIL && !self.sign_ins.may_try(&email, now) {
            return Err(AuthError::Throttled);
        }
        let known = self.check(&email, &login.password).await;
        let known = known.inspect_err(|_| self.sign_ins.unanswered(&email))?;
        let (operator_id, password_hash) = known.ok_or(AuthError::WrongCredentials)?;
        self.sign_ins.succeeded(&email);
        let token = session::new_token()?;
        let session = NewSession {
            id: &session::new_id()?,
            token_hash: &token_hash(&token),
            operator_id: &operator_id,
            password_hash: &password_hash,
            user_agent,
            now,
            expires_at: now + SESSION_LIFETIME,
        };
        let begun = self.db.create_session(&session).await?;
        if begun { Ok(token) } else { Err(AuthError::WrongCredentials) }
    }

    /// Whose email and password these are, with the password's hash; after as much work for nobody.
    async fn check(
        &self,
        email: &str,
        password: &str,
    ) -> Result<Option<(OperatorId, String)>, AuthError> {
        let possible = email.len() <= LONGEST_EMAIL && !email.contains(char::is_control);
        let known = if possible { self.db.credentials(email).await? } else { None };
        let hash = known.as_ref().map(|(_, hash)| hash.clone());
        let right = verify_password(password.to_owned(), hash).await?;
        Ok(known.filter(|_| right))
    }

    /// Notes that the session is in use: seldom, and without a request that waits for it.
    fn see(&self, session: &OpenSession, now: Timestamp) {
        let seen_before = now - SEEN_WITHIN;
        if session.last_seen_at > seen_before {
            return;
        }
        let (db, session_id) = (self.db.clone(), session.id.clone());
        self.main.spawn(async move {
            if let Err(error) = db.see_session(&session_id, seen_before, now).await {
                tracing::warn!(%error, "when a session was last used could not be noted");
            }
        });
    }

    /// Ends the session of this token.
    pub async fn sign_out(&self, token: &str) -> Result<(), AuthError> {
        Ok(self.db.delete_session(&token_hash(token)).await?)
    }
}
