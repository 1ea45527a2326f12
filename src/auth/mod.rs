//! Authenticates callers. People begin a session by password, single sign-on or a one-time link, and
//! devices that they signed in on are recognised; programs have service tokens.

mod account;
mod cookie;
mod device;
mod guesses;
mod links;
mod oidc;
mod password;
mod people;
mod service;
mod session;
mod sign_on;
mod signed_in;
mod tenants;
mod throttle;
mod visitor;

pub use cookie::{Cookie, cookie_of};
pub use links::{INVITATION_LIFETIME, Joined, Proof, RESET_LIFETIME};
pub use oidc::{Identity, Oidc, Pending, SignOnError};
pub use password::{hash_password, verify_password};
pub use people::{NewOperator, add_operator, invite, offer_reset, remove_operator};
pub use service::{SERVICE_TOKEN_PREFIX, add_service_token};
pub use session::{random, token_hash};
pub use signed_in::SignedIn;
pub use throttle::GUESSING_WINDOW;
pub use visitor::{Begun, Visitor};

pub use crate::store::OpenSession;

use crate::clock::Clock;
use crate::model::{
    InvalidName, LONGEST_EMAIL, Login, OperatorId, PASSWORD_LENGTH, SESSION_LIFETIME, SessionId,
    Timestamp,
};
use crate::store::{Db, NewSession, StoreError};
use chrono::TimeDelta;
use device::Device;
use guesses::{Attempt, Guesses};
use password::Passwords;
use std::sync::Arc;
use throttle::Throttle;
use tokio::runtime::Handle;

/// How many wrong passwords an operator may give in a quarter of an hour when changing theirs.
const WRONG_CURRENT_PASSWORDS: u32 = 10;

/// How many sign-ons from one address may fail in a quarter of an hour: each asks the provider.
const FAILED_SIGN_ONS: u32 = 100;

/// How precisely a session's last use is known.
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
    #[error("Your role is to look: ask an owner or an admin of the tenant to do this.")]
    Forbidden,
    #[error("Only platform administrators see all tenants.")]
    NotPlatform,
    /// Another tenant's id is answered like one that doesn't exist.
    #[error("There is no such tenant, or it is not yours.")]
    NoSuchTenant,
    #[error("You have no such session. It may have ended already.")]
    NoSuchSession,
    #[error("This link can't be used: it was used already, has expired, or is incomplete.")]
    NoSuchLink,
    #[error(transparent)]
    InvalidName(#[from] InvalidName),
    #[error("They are the tenant's only owner: make somebody else an owner first.")]
    LastOwner,
    #[error("The current password is not right.")]
    WrongPassword,
    #[error(
        "A new password needs {} to {} characters, and can be neither your email nor your current \
         password.",
        PASSWORD_LENGTH.start(),
        PASSWORD_LENGTH.end()
    )]
    WeakPassword,
    #[error("More passwords wait to be checked than can be in time. Try again in a moment.")]
    Busy,
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system has no randomness, or a password's hash can't be made or read.
    #[error("cryptography failed: {0}")]
    Cryptography(String),
}

/// Sign-in, with its dependencies. Cheap to clone.
#[derive(Clone)]
pub struct Auth {
    db: Db,
    clock: Clock,
    guesses: Arc<Guesses>,
    passwords: Arc<Passwords>,
    /// By the session: neither guessing at sign-in nor in another session keeps anybody from changing
    /// their password.
    password_changes: Arc<Throttle>,
    /// By the network.
    sign_ons: Arc<Throttle>,
    /// How long an unused session lasts.
    idle: TimeDelta,
    /// The runtime for writes that no request waits for.
    main: Handle,
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
        idle: TimeDelta,
        secure: bool,
        sandbox_url: Option<String>,
    ) -> Self {
        Self {
            db,
            clock,
            guesses: Arc::default(),
            passwords: Arc::default(),
            password_changes: Arc::new(Throttle::new(WRONG_CURRENT_PASSWORDS)),
            sign_ons: Arc::new(Throttle::new(FAILED_SIGN_ONS)),
            idle,
            main: Handle::current(),
            secure,
            sandbox_url,
        }
    }

    /// Begins a session, which replaces the one that the visitor had.
    ///
    /// # Errors
    /// [`AuthError::WrongCredentials`], the same for an unknown email and a wrong password, and after
    /// the same work; [`AuthError::Throttled`] after too many of them.
    pub async fn sign_in(&self, login: &Login, visitor: &Visitor) -> Result<Begun, AuthError> {
        let (operator_id, hash, device) = self.authenticate(login, visitor).await?;
        let session = self.begin(&operator_id, Some(&hash), visitor).await?;
        let session = session.ok_or(AuthError::WrongCredentials)?;
        Ok(Begun { session, device: Some(device) })
    }

    /// Checks an email and a password. Returns the operator, the password's hash, and the device that
    /// is recognised from now on.
    async fn authenticate(
        &self,
        login: &Login,
        visitor: &Visitor,
    ) -> Result<(OperatorId, String, Device), AuthError> {
        let email = as_email(&login.email);
        let known = self.db.credentials(&email).await?;
        let hash = known.as_ref().and_then(|(_, hash)| hash.as_deref());
        let known_on =
            visitor.device.as_ref().and_then(|device| Some((device, device.known_to(hash)?)));
        let (device, name) = known_on.unzip();
        let attempt = Attempt { email: &email, network: visitor.network, device: name };
        if !self.guesses.may_try(&attempt, self.clock.now()) {
            return Err(AuthError::Throttled);
        }
        let right = self.passwords.verify(login.password.clone(), hash.map(str::to_owned)).await;
        let right = right.inspect_err(|_| self.guesses.unanswered(&attempt))?;
        let operator_id = known.as_ref().filter(|_| right).map(|(id, _)| id);
        let (operator_id, hash) = operator_id.zip(hash).ok_or(AuthError::WrongCredentials)?;
        self.guesses.succeeded(&attempt, self.clock.now());
        let device = device.cloned().map_or_else(|| Device::new(hash), Ok)?;
        Ok((operator_id.clone(), hash.to_owned(), device))
    }

    /// Begins a session and returns its token; `None` when the password has changed meanwhile.
    async fn begin(
        &self,
        operator_id: &OperatorId,
        password_hash: Option<&str>,
        visitor: &Visitor,
    ) -> Result<Option<String>, AuthError> {
        let (token, now) = (session::random()?, self.clock.now());
        let replaced = visitor.session.as_deref().map(token_hash);
        let session = NewSession {
            id: &SessionId::generate(),
            token_hash: &token_hash(&token),
            operator_id,
            password_hash,
            user_agent: visitor.user_agent.as_deref(),
            replaces: replaced.as_deref(),
            now,
            expires_at: now + SESSION_LIFETIME,
        };
        let begun = self.db.create_session(&session, self.used_after(now)).await?;
        Ok(begun.then_some(token))
    }

    /// The open session with this token, if there is one; records that it is in use.
    async fn session(&self, token: &str) -> Result<Option<OpenSession>, AuthError> {
        let now = self.clock.now();
        let session = self.db.session(&token_hash(token), now, self.used_after(now)).await?;
        if let Some(session) = &session {
            self.see(session, now);
        }
        Ok(session)
    }

    /// The current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A session that was last used before this is idle.
    fn used_after(&self, now: Timestamp) -> Timestamp {
        now - self.idle
    }

    /// Records that the session is in use: seldom, and without making the request wait.
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

    /// Ends the session with this token.
    pub async fn sign_out(&self, token: &str) -> Result<(), AuthError> {
        Ok(self.db.delete_session(&token_hash(token)).await?)
    }
}

/// An email address as it is stored; empty where the text can't be one.
fn as_email(text: &str) -> String {
    let email = text.trim().to_lowercase();
    let possible = email.len() <= LONGEST_EMAIL && !email.contains(char::is_control);
    if possible { email } else { String::new() }
}
