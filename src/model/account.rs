//! The operator's own account: who they are, and where they are signed in.

use crate::model::{OperatorId, SessionId, Timestamp};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// How long a session lasts at most, however much it is used.
pub const SESSION_LIFETIME: chrono::TimeDelta = chrono::TimeDelta::days(14);

/// The length of a new password, in characters.
pub const PASSWORD_LENGTH: RangeInclusive<usize> = 12..=1024;

/// The signed-in operator with their sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Account {
    pub id: OperatorId,
    pub email: String,
    pub name: String,
    /// Whether they can sign in with a password, or only through the company's provider.
    pub has_password: bool,
    /// Their open sessions, newest first.
    pub sessions: Vec<SignIn>,
}

/// A session that has neither ended nor expired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct SignIn {
    pub id: SessionId,
    pub created_at: Timestamp,
    /// Accurate to within five minutes.
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
    /// The `User-Agent` of the browser or program.
    pub user_agent: Option<String>,
    /// Whether this session makes the request.
    pub current: bool,
}
