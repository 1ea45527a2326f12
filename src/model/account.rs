//! The operator's own account: who they are, and where they are signed in.

use crate::model::{OperatorId, SessionId, Timestamp};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// How many characters a new password may have.
pub const PASSWORD_LENGTH: RangeInclusive<usize> = 12..=1024;

/// The signed-in operator with their sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Account {
    pub id: OperatorId,
    pub email: String,
    pub name: String,
    /// Whether they can sign in by a password, or by the company's provider alone.
    pub has_password: bool,
    /// Where they are signed in, the newest first.
    pub sessions: Vec<SignIn>,
}

/// A session that has neither ended nor expired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct SignIn {
    pub id: SessionId,
    pub created_at: Timestamp,
    /// To within five minutes.
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
    /// What the browser or program called itself.
    pub user_agent: Option<String>,
    /// Whether it is the one that asks.
    pub current: bool,
}
