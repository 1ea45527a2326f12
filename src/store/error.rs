//! What can go wrong in the database.

use crate::model::UnknownWord;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::pooled_connection::deadpool::PoolError;

/// The result of a query.
pub type StoreResult<T> = Result<T, StoreError>;

/// Why a query failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `DATABASE_URL` can't be used; the text says what it should look like.
    #[error("{0}")]
    Configuration(String),
    /// No connection could be opened, it broke, or another query was in the way for too long. It is not
    /// known whether a commit under way took effect; retrying is safe.
    #[error("the database is not reachable: {0}")]
    Unavailable(String),
    /// No connection became free in time, or too many requests are waiting already.
    #[error("the database has more to do than it can")]
    Busy,
    /// Its disk is full: nothing was written.
    #[error("the database has no room left; free some space on its disk: {0}")]
    Full(String),
    #[error("the database refused a query: {0}")]
    Query(DieselError),
    #[error("migrations failed: {0}")]
    Migration(String),
    /// A row holds something this version can't read.
    #[error("the database holds an unreadable value: {0}")]
    Unreadable(String),
}

impl StoreError {
    /// Whether a row with the same key exists already.
    pub fn is_unique_violation(&self) -> bool {
        matches!(
            self,
            Self::Query(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
        )
    }

    /// The error for each caller whose request shared a batch.
    pub fn for_each_waiter(&self) -> Self {
        match self {
            Self::Busy => Self::Busy,
            Self::Full(why) => Self::Full(why.clone()),
            Self::Unreadable(what) => Self::Unreadable(what.clone()),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

impl From<UnknownWord> for StoreError {
    fn from(error: UnknownWord) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        Self::Unavailable(format!("no connection to what DATABASE_URL names: {error}"))
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        let text = error.to_string();
        match &error {
            DieselError::BrokenTransactionManager
            | DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::UnableToSendCommand
                // Postgres after a failover, until the address names the new primary.
                | DatabaseErrorKind::ReadOnlyTransaction,
                _,
            ) => Self::Unavailable(text),
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, _)
            | DieselError::RollbackErrorOnCommit { .. } => by_text(text, error),
            _ => Self::Query(error),
        }
    }
}

/// What Postgres tells the victim of a deadlock.
pub(crate) const DEADLOCK: &str = "deadlock detected";

/// Classifies errors of which diesel passes on the text but not the code.
fn by_text(text: String, error: DieselError) -> StoreError {
    const FULL: [&str; 2] = ["database or disk is full", "No space left on device"];
    const PASSES: [&str; 7] = [
        // SQLite: another writer, or the disk.
        "database is locked",
        "disk I/O error",
        "readonly database",
        // Postgres: a lock timeout, a deadlock, and a restart.
        "lock timeout",
        DEADLOCK,
        "terminating connection",
        "the database system is",
    ];
    if FULL.iter().any(|full| text.contains(full)) {
        StoreError::Full(text)
    } else if PASSES.iter().any(|passes| text.contains(passes)) {
        StoreError::Unavailable(text)
    } else {
        StoreError::Query(error)
    }
}
