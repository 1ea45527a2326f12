//! A pool of connections to Postgres.

use super::address::Address;
use super::tls::lacks_authority;
use super::{bad_connection, build};
use crate::causes::with_causes;
use crate::store::StoreResult;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::pooled_connection::deadpool::{Hook, HookError, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::FutureExt;
use tokio::runtime::Handle;
use tokio_postgres_rustls::MakeRustlsConnect;

const CONNECTIONS: usize = 16;

/// Timestamps are stored in UTC, whatever the server's time zone. A query waits for a lock no longer
/// than for a connection, and a machine that vanishes in mid-transaction soon loses its locks.
const SESSION: &str = "SET TIME ZONE 'UTC'; SET lock_timeout = '5s'; \
                       SET idle_in_transaction_session_timeout = '30s'";

/// The advice when a server's certificate is from an unknown authority.
const NAME_THE_AUTHORITY: &str = "DATABASE_URL can name the file with the certificate of its \
                                  authority: ?sslmode=verify-full&sslrootcert=/path/to/ca.pem";

pub(super) fn pool(url: &str) -> StoreResult<Pool<AsyncPgConnection>> {
    let Address { config: address, trust } = url.parse()?;
    let tls = MakeRustlsConnect::new(trust.client_config()?);
    let main = Handle::current();
    let mut config = ManagerConfig::<AsyncPgConnection>::default();
    // The driver's task notices when the server hangs up, and the pool drops such a connection: a check
    // before each use would double the queries.
    config.recycling_method = RecyclingMethod::Fast;
    // A connection's driver task runs where it was opened: on the main runtime it outlives the
    // short-lived ones that pages are rendered on.
    config.custom_setup = Box::new(move |_| {
        let (address, tls, main) = (address.clone(), tls.clone(), main.clone());
        async move { main.spawn(open(address, tls)).await.map_err(bad_connection)? }.boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config(url, config);
    let session = Hook::async_fn(|conn: &mut AsyncPgConnection, _| {
        async move {
            conn.batch_execute(SESSION).await.map_err(|error| HookError::message(error.to_string()))
        }
        .boxed()
    });
    build(Pool::builder(manager).max_size(CONNECTIONS).post_create(session).build())
}

async fn open(
    address: tokio_postgres::Config,
    tls: MakeRustlsConnect,
) -> ConnectionResult<AsyncPgConnection> {
    let (client, connection) = address.connect(tls).await.map_err(|error| {
        let text = with_causes(&error);
        ConnectionError::BadConnection(match lacks_authority(&error) {
            true => format!("{text}. {NAME_THE_AUTHORITY}"),
            false => text,
        })
    })?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}
