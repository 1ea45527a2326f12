//! Opening the database that `DATABASE_URL` names.

mod address;
mod postgres;
mod sqlite;
mod tls;

pub(crate) use sqlite::{SqliteConn, SqliteReader};
pub use sqlite::{missing_file, sqlite_path};

use crate::causes::with_causes;
use crate::store::lookups::PostgresReaders;
use crate::store::{Changes, StoreError, StoreResult};
use diesel::ConnectionError;
use diesel_async::pooled_connection::deadpool::{Pool, PoolError};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use std::time::Duration;
use tokio::time::timeout;

/// How long a query waits for a connection: longer than a queue that is draining takes.
const PATIENCE: Duration = Duration::from_secs(5);

/// The portal's database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pub pool: DbPool,
    pub(crate) readers: Readers,
    /// Who watches for changes, in this process.
    pub changes: Changes,
}

/// A connection pool for either database.
#[derive(Clone)]
pub enum DbPool {
    Sqlite(Pool<SqliteConn>),
    Postgres(Pool<AsyncPgConnection>),
}

/// Where short read-only queries go.
#[derive(Clone)]
pub(crate) enum Readers {
    Sqlite(Pool<SqliteReader>),
    Postgres(PostgresReaders),
}

/// Waits for a connection, [`PATIENCE`] at most.
///
/// # Errors
/// [`StoreError::Busy`] when none is, [`StoreError::Unavailable`] when none can be opened.
pub(crate) async fn soon<C>(
    connection: impl Future<Output = Result<C, PoolError>>,
) -> StoreResult<C> {
    Ok(timeout(PATIENCE, connection).await.map_err(|_| StoreError::Busy)??)
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://…`; a missing SQLite file is created along with its folder.
    /// Must be called on the server's main runtime, where the connections then live.
    ///
    /// # Errors
    /// [`StoreError::Configuration`] for another scheme or a folder that can't be made,
    /// [`StoreError::Unavailable`] when no connection can be had.
    pub async fn open(url: &str) -> StoreResult<Self> {
        let (pool, readers) = if let Some(path) = sqlite_path(url) {
            (DbPool::Sqlite(sqlite::writers(path)?), Readers::Sqlite(sqlite::readers(path)?))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = postgres::pool(url)?;
            (DbPool::Postgres(pool.clone()), Readers::Postgres(PostgresReaders::new(pool)))
        } else {
            return Err(StoreError::Configuration(
                "DATABASE_URL must be sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE"
                    .to_owned(),
            ));
        };
        let db = Self { pool, readers, changes: Changes::default() };
        db.ping().await?;
        Ok(db)
    }

    /// Checks that the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not.
    pub async fn ping(&self) -> StoreResult<()> {
        crate::store::query!(self, conn => diesel::sql_query("SELECT 1").execute(conn).await)?;
        Ok(())
    }
}

fn build<T, E: std::fmt::Display>(pool: Result<T, E>) -> StoreResult<T> {
    pool.map_err(|error| StoreError::Configuration(error.to_string()))
}

fn bad_connection(error: impl std::error::Error) -> ConnectionError {
    ConnectionError::BadConnection(with_causes(&error))
}
