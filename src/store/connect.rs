//! Opening the database that `DATABASE_URL` names.

use crate::store::{Changes, StoreError, StoreResult};
use diesel::{Connection, ConnectionError, ConnectionResult, SqliteConnection};
use diesel_async::AsyncPgConnection;
use diesel_async::RunQueryDsl;
use diesel_async::pooled_connection::deadpool::{Hook, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use futures_util::FutureExt;
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Handle;

pub(crate) type SqliteConn = SyncConnectionWrapper<SqliteConnection>;

/// SQLite has one writer at a time: more connections than a few readers only queue.
const SQLITE_CONNECTIONS: usize = 8;
const POSTGRES_CONNECTIONS: usize = 16;

/// The portal's database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pub pool: DbPool,
    /// Who waits for changes, in this process.
    pub changes: Changes,
}

/// A pool of connections to whichever it is.
#[derive(Clone)]
pub enum DbPool {
    Sqlite(Pool<SqliteConn>),
    Postgres(Pool<AsyncPgConnection>),
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://…`; a SQLite file is created with its folder when it is
    /// not there. Must be called on the server's main runtime, where Postgres connections then
    /// live.
    ///
    /// # Errors
    /// [`StoreError::Configuration`] for another scheme or a folder that can't be made,
    /// [`StoreError::Unavailable`] when no connection can be had.
    pub async fn open(url: &str) -> StoreResult<Self> {
        let pool = if let Some(path) = url.strip_prefix("sqlite:") {
            DbPool::Sqlite(sqlite(path.strip_prefix("//").unwrap_or(path))?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            DbPool::Postgres(postgres(url)?)
        } else {
            return Err(StoreError::Configuration(
                "DATABASE_URL must be sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE"
                    .to_owned(),
            ));
        };
        let db = Self { pool, changes: Changes::default() };
        db.ping().await?;
        Ok(db)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not.
    pub async fn ping(&self) -> StoreResult<()> {
        crate::store::query!(self, conn => diesel::sql_query("SELECT 1").execute(conn).await)?;
        Ok(())
    }
}

fn sqlite(path: &str) -> StoreResult<Pool<SqliteConn>> {
    if path.is_empty() || path.starts_with(":memory:") {
        return Err(StoreError::Configuration(
            "DATABASE_URL needs a file: sqlite:data/portal.db".to_owned(),
        ));
    }
    if let Some(folder) = Path::new(path).parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            StoreError::Configuration(format!(
                "DATABASE_URL: the folder {} can't be made: {error}",
                folder.display()
            ))
        })?;
    }
    let mut config = ManagerConfig::<SqliteConn>::default();
    // A file does not hang up: asking before each use whether it is still there would double the
    // queries.
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(|path| {
        let path = path.to_owned();
        async move {
            tokio::task::spawn_blocking(move || open_sqlite(&path))
                .await
                .map_err(|error| ConnectionError::BadConnection(error.to_string()))?
                .map(SyncConnectionWrapper::new)
        }
        .boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config(path, config);
    build(Pool::builder(manager).max_size(SQLITE_CONNECTIONS).build())
}

/// WAL lets readers go on while one writes; `synchronous = FULL` keeps an answered commit through
/// a power loss.
fn open_sqlite(path: &str) -> ConnectionResult<SqliteConnection> {
    use diesel::connection::SimpleConnection;
    let mut conn = SqliteConnection::establish(path)?;
    conn.batch_execute(
        "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         PRAGMA foreign_keys = ON;",
    )
    .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

fn postgres(url: &str) -> StoreResult<Pool<AsyncPgConnection>> {
    let tls = Arc::new(client_tls()?);
    let main = Handle::current();
    let mut config = ManagerConfig::<AsyncPgConnection>::default();
    // A connection's driver task runs where it was opened: on the main runtime it outlives the
    // short-lived ones that pages are rendered on.
    config.custom_setup = Box::new(move |url| {
        let (url, tls, main) = (url.to_owned(), tls.clone(), main.clone());
        async move {
            main.spawn(open_postgres(url, tls))
                .await
                .map_err(|error| ConnectionError::BadConnection(error.to_string()))?
        }
        .boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config(url, config);
    // Every moment is stored in UTC, whatever the server's own zone.
    let utc = Hook::async_fn(|conn: &mut AsyncPgConnection, _| {
        async move {
            diesel::sql_query("SET TIME ZONE 'UTC'").execute(conn).await.map(|_| ()).map_err(
                |error| {
                    diesel_async::pooled_connection::deadpool::HookError::message(error.to_string())
                },
            )
        }
        .boxed()
    });
    build(Pool::builder(manager).max_size(POSTGRES_CONNECTIONS).post_create(utc).build())
}

async fn open_postgres(
    url: String,
    tls: Arc<rustls::ClientConfig>,
) -> ConnectionResult<AsyncPgConnection> {
    let tls = tokio_postgres_rustls::MakeRustlsConnect::new((*tls).clone());
    let (client, connection) = tokio_postgres::connect(&url, tls)
        .await
        .map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

fn client_tls() -> StoreResult<rustls::ClientConfig> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StoreError::Configuration(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

fn build<T, E: std::fmt::Display>(pool: Result<T, E>) -> StoreResult<T> {
    pool.map_err(|error| StoreError::Configuration(error.to_string()))
}
