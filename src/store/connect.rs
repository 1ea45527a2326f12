//! Opening the database that `DATABASE_URL` names.

use crate::causes::with_causes;
use crate::store::inline::Inline;
use crate::store::lookups::PostgresReaders;
use crate::store::{Changes, StoreError, StoreResult};
use diesel::{Connection, ConnectionError, ConnectionResult, SqliteConnection};
use diesel_async::pooled_connection::deadpool::{Hook, HookError, Pool, PoolError};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::FutureExt;
use std::fs::{DirBuilder, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::timeout;

pub(crate) type SqliteConn = SyncConnectionWrapper<SqliteConnection>;
/// A connection that only reads, on the thread that asks.
pub(crate) type SqliteReader = SyncConnectionWrapper<SqliteConnection, Inline>;

/// SQLite has one writer at a time: here they wait in line, where they would try again and again at
/// the file.
const SQLITE_WRITERS: usize = 1;
const POSTGRES_CONNECTIONS: usize = 16;
/// How long a query waits for a connection: longer than a queue that gets shorter takes.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it takes to give up a Postgres machine that lets no connection be made: less than whoever
/// wants it waits, who then hears that it is away.
const CONNECTING: Duration = Duration::from_secs(4);
/// How long one may stay silent to what it was sent. After as long without a word it is asked whether it
/// is still there.
const SILENCE: Duration = Duration::from_secs(10);
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(3);
const ASKED_TIMES: u32 = 3;

/// Every moment is stored in UTC, whatever the server's own zone. A query waits for another's lock no
/// longer than for a connection, and a machine that vanished half-way through a transaction keeps
/// nobody waiting.
const POSTGRES_SESSION: &str = "SET TIME ZONE 'UTC'; SET lock_timeout = '5s'; \
                                SET idle_in_transaction_session_timeout = '30s'";

/// The portal's database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pub pool: DbPool,
    pub(crate) readers: Readers,
    /// Who waits for changes, in this process.
    pub changes: Changes,
}

/// A pool of connections to whichever it is.
#[derive(Clone)]
pub enum DbPool {
    Sqlite(Pool<SqliteConn>),
    Postgres(Pool<AsyncPgConnection>),
}

/// Where short queries that only read go.
#[derive(Clone)]
pub(crate) enum Readers {
    Sqlite(Pool<SqliteReader>),
    Postgres(PostgresReaders),
}

/// A connection, if one is free soon enough.
///
/// # Errors
/// [`StoreError::Busy`] when none is, [`StoreError::Unavailable`] when none can be opened.
pub(crate) async fn soon<C>(
    connection: impl Future<Output = Result<C, PoolError>>,
) -> StoreResult<C> {
    Ok(timeout(PATIENCE, connection).await.map_err(|_| StoreError::Busy)??)
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
        let (pool, readers) = if let Some(path) = sqlite_path(url) {
            (DbPool::Sqlite(sqlite_writers(path)?), Readers::Sqlite(sqlite_readers(path)?))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = postgres(url)?;
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

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not.
    pub async fn ping(&self) -> StoreResult<()> {
        crate::store::query!(self, conn => diesel::sql_query("SELECT 1").execute(conn).await)?;
        Ok(())
    }
}

/// The path of the SQLite file that `DATABASE_URL` names; `None` where it names another database.
pub fn sqlite_path(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite:")?;
    Some(path.strip_prefix("//").unwrap_or(path))
}

fn sqlite_writers(path: &str) -> StoreResult<Pool<SqliteConn>> {
    if path.is_empty() || path.starts_with(":memory:") {
        return Err(StoreError::Configuration(
            "DATABASE_URL needs a file: sqlite:data/portal.db".to_owned(),
        ));
    }
    make_private(Path::new(path))?;
    // WAL lets readers go on while one writes; `synchronous = FULL` keeps an answered commit
    // through a power loss.
    let config = sqlite_config(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         PRAGMA foreign_keys = ON;",
    );
    let manager = AsyncDieselConnectionManager::new_with_config(path, config);
    build(Pool::builder(manager).max_size(SQLITE_WRITERS).build())
}

/// Makes the file with its folder where they are missing, for their owner alone. SQLite gives the files
/// that it puts beside it the same permissions.
fn make_private(path: &Path) -> StoreResult<()> {
    let failed = |what: &str, path: &Path, error: &std::io::Error| {
        let path = path.display();
        StoreError::Configuration(format!("DATABASE_URL: the {what} {path} can't be made: {error}"))
    };
    if let Some(folder) = path.parent() {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|error| failed("folder", folder, &error))?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed("file", path, &error)),
        _ => Ok(()),
    }
}

/// In WAL a reader waits for nobody but in the moment in which the log begins anew.
fn sqlite_readers(path: &str) -> StoreResult<Pool<SqliteReader>> {
    let config = sqlite_config("PRAGMA busy_timeout = 1000; PRAGMA query_only = ON;");
    let manager = AsyncDieselConnectionManager::new_with_config(path, config);
    // A reader is in use only while its query runs on a core, and keeps a cache of its own.
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    build(Pool::builder(manager).max_size(cores).build())
}

fn sqlite_config<S: SpawnBlocking + Send + 'static>(
    setup: &'static str,
) -> ManagerConfig<SyncConnectionWrapper<SqliteConnection, S>>
where
    SyncConnectionWrapper<SqliteConnection, S>: AsyncConnection,
{
    let mut config = ManagerConfig::default();
    // A file does not hang up: asking before each use whether it is still there would double the
    // queries.
    config.recycling_method = RecyclingMethod::Fast;
    // A connection's queries run where it was opened. On one of the runtimes that pages are rendered on
    // they would be cut off while the portal stops, and the worker with them.
    let main = Handle::current();
    config.custom_setup = Box::new(move |path| {
        let opening = main.spawn(open_sqlite(path.to_owned(), setup));
        async move { opening.await.map_err(bad_connection)? }.boxed()
    });
    config
}

async fn open_sqlite<S: SpawnBlocking>(
    path: String,
    setup: &'static str,
) -> ConnectionResult<SyncConnectionWrapper<SqliteConnection, S>>
where
    SyncConnectionWrapper<SqliteConnection, S>: AsyncConnection,
{
    let opened = tokio::task::spawn_blocking(move || open_sqlite_file(&path, setup)).await;
    opened.map_err(bad_connection)?.map(SyncConnectionWrapper::new)
}

fn bad_connection(error: impl std::error::Error) -> ConnectionError {
    ConnectionError::BadConnection(with_causes(&error))
}

fn open_sqlite_file(path: &str, setup: &str) -> ConnectionResult<SqliteConnection> {
    use diesel::connection::SimpleConnection;
    let mut conn = SqliteConnection::establish(path)?;
    conn.batch_execute(setup).map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

fn postgres(url: &str) -> StoreResult<Pool<AsyncPgConnection>> {
    let tls = Arc::new(client_tls()?);
    let main = Handle::current();
    let mut config = ManagerConfig::<AsyncPgConnection>::default();
    // The driver's task notices when the server hangs up, and such a connection is let go: asking
    // before each use would double the queries.
    config.recycling_method = RecyclingMethod::Fast;
    // A connection's driver task runs where it was opened: on the main runtime it outlives the
    // short-lived ones that pages are rendered on.
    config.custom_setup = Box::new(move |url| {
        let (url, tls, main) = (url.to_owned(), tls.clone(), main.clone());
        async move { main.spawn(open_postgres(url, tls)).await.map_err(bad_connection)? }.boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config(url, config);
    let session = Hook::async_fn(|conn: &mut AsyncPgConnection, _| {
        async move {
            conn.batch_execute(POSTGRES_SESSION)
                .await
                .map_err(|error| HookError::message(error.to_string()))
        }
        .boxed()
    });
    build(Pool::builder(manager).max_size(POSTGRES_CONNECTIONS).post_create(session).build())
}

async fn open_postgres(
    url: String,
    tls: Arc<rustls::ClientConfig>,
) -> ConnectionResult<AsyncPgConnection> {
    let tls = tokio_postgres_rustls::MakeRustlsConnect::new((*tls).clone());
    let config = postgres_config(&url).map_err(bad_connection)?;
    let (client, connection) = config.connect(tls).await.map_err(bad_connection)?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

/// What the address says, and where it doesn't, how soon a machine counts as gone that vanished without
/// a word. The system's own defaults are a quarter of an hour and more, for which a query would wait.
fn postgres_config(url: &str) -> Result<tokio_postgres::Config, tokio_postgres::Error> {
    let mut config: tokio_postgres::Config = url.parse()?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECTING);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
    if config.get_keepalives_idle() == tokio_postgres::Config::new().get_keepalives_idle() {
        config.keepalives_idle(SILENCE);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(ASKED_AGAIN_AFTER);
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(ASKED_TIMES);
    }
    Ok(config)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(url: &str) -> [Option<Duration>; 4] {
        let config = postgres_config(url).expect("an address");
        [
            config.get_connect_timeout().copied(),
            config.get_tcp_user_timeout().copied(),
            Some(config.get_keepalives_idle()),
            config.get_keepalives_interval(),
        ]
    }

    #[test]
    fn a_vanished_postgres_is_given_up_soon_unless_its_address_says_otherwise() {
        let seconds = |all: [u64; 4]| all.map(|one| Some(Duration::from_secs(one)));
        let url = "postgres://portal@db.example.com/portal";
        assert_eq!(limits(url), seconds([4, 10, 10, 3]));
        let settings = "connect_timeout=60&tcp_user_timeout=61&keepalives_idle=62";
        assert_eq!(limits(&format!("{url}?{settings}")), seconds([60, 61, 62, 3]));
        let settings = "keepalives_interval=63&keepalives_retries=9";
        assert_eq!(limits(&format!("{url}?{settings}")), seconds([4, 10, 10, 63]));
        let config = postgres_config(&format!("{url}?{settings}")).expect("an address");
        assert_eq!(config.get_keepalives_retries(), Some(9));
    }
}
