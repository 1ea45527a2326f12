//! Pools of connections to a SQLite file.

use super::{bad_connection, build};
use crate::store::inline::Inline;
use crate::store::{StoreError, StoreResult};
use diesel::{Connection, ConnectionError, ConnectionResult, SqliteConnection};
use diesel_async::AsyncConnection;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use futures_util::FutureExt;
use std::fs::{DirBuilder, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use tokio::runtime::Handle;

pub(crate) type SqliteConn = SyncConnectionWrapper<SqliteConnection>;
/// A read-only connection whose queries run on the calling thread.
pub(crate) type SqliteReader = SyncConnectionWrapper<SqliteConnection, Inline>;

/// SQLite allows one writer at a time: writers queue here instead of retrying on the file's lock.
const WRITERS: usize = 1;

/// The path of the SQLite file that `DATABASE_URL` names; `None` where it names another database.
pub fn sqlite_path(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite:")?;
    Some(path.strip_prefix("//").unwrap_or(path))
}

/// The SQLite file that the URL names, if it doesn't exist: opening it would create it.
pub fn missing_file(database_url: &str) -> Option<&str> {
    sqlite_path(database_url).filter(|path| !Path::new(path).exists())
}

pub(super) fn writers(path: &str) -> StoreResult<Pool<SqliteConn>> {
    if path.is_empty() || path.starts_with(":memory:") {
        return Err(StoreError::Configuration(
            "DATABASE_URL needs a file: sqlite:data/portal.db".to_owned(),
        ));
    }
    make_private(Path::new(path))?;
    // WAL lets readers go on while one writes; `synchronous = FULL` keeps an acknowledged commit
    // through a power loss.
    let config = configuration(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         PRAGMA foreign_keys = ON;",
    );
    let manager = AsyncDieselConnectionManager::new_with_config(path, config);
    build(Pool::builder(manager).max_size(WRITERS).build())
}

/// Creates the file and its folder if missing, accessible to their owner only. SQLite gives the files
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

/// In WAL mode a reader waits for nobody except while the log is being restarted. Each caches half a
/// megabyte; the rest is in the system's page cache.
pub(super) fn readers(path: &str) -> StoreResult<Pool<SqliteReader>> {
    let config = configuration(
        "PRAGMA busy_timeout = 1000; PRAGMA query_only = ON; PRAGMA cache_size = -512;",
    );
    let manager = AsyncDieselConnectionManager::new_with_config(path, config);
    // A reader is in use only while its query runs on a core, and has a cache of its own.
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    build(Pool::builder(manager).max_size(cores).build())
}

fn configuration<S: SpawnBlocking + Send + 'static>(
    setup: &'static str,
) -> ManagerConfig<SyncConnectionWrapper<SqliteConnection, S>>
where
    SyncConnectionWrapper<SqliteConnection, S>: AsyncConnection,
{
    let mut config = ManagerConfig::default();
    // A file doesn't hang up: a check before each use would double the queries.
    config.recycling_method = RecyclingMethod::Fast;
    // A connection's queries run on the runtime that opened it. A runtime that renders pages would cut
    // them off during shutdown, and the worker with them.
    let main = Handle::current();
    config.custom_setup = Box::new(move |path| {
        let opening = main.spawn(open(path.to_owned(), setup));
        async move { opening.await.map_err(bad_connection)? }.boxed()
    });
    config
}

async fn open<S: SpawnBlocking>(
    path: String,
    setup: &'static str,
) -> ConnectionResult<SyncConnectionWrapper<SqliteConnection, S>>
where
    SyncConnectionWrapper<SqliteConnection, S>: AsyncConnection,
{
    let opened = tokio::task::spawn_blocking(move || open_file(&path, setup)).await;
    opened.map_err(bad_connection)?.map(SyncConnectionWrapper::new)
}

fn open_file(path: &str, setup: &str) -> ConnectionResult<SqliteConnection> {
    use diesel::connection::SimpleConnection;
    let mut conn = SqliteConnection::establish(path)?;
    conn.batch_execute(setup).map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}
