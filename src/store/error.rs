//! What can go wrong in the database.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::pooled_connection::deadpool::PoolError;

/// The answer of a query.
pub type StoreResult<T> = Result<T, StoreError>;

/// Why a query gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `DATABASE_URL` can't be used; the text says what it should look like.
    #[error("{0}")]
    Configuration(String),
    /// No connection could be had.
    #[error("the database is not reachable: {0}")]
    Unavailable(String),
    /// No connection was free for too long, or too much is waiting already.
    #[error("the database has more to do than it can")]
    Busy,
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
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                why,
            ) => Self::Unavailable(why.message().to_owned()),
            // Postgres's `admin_shutdown`, whose code diesel doesn't pass on.
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, why)
                if why.message().starts_with("terminating connection") =>
            {
                Self::Unavailable(why.message().to_owned())
            }
            error => Self::Query(error),
        }
    }
}
