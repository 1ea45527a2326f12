//! A pool of connections to Postgres.

use super::{bad_connection, build};
use crate::store::{StoreError, StoreResult};
use diesel::ConnectionResult;
use diesel_async::pooled_connection::deadpool::{Hook, HookError, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::FutureExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

const CONNECTIONS: usize = 16;
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
const SESSION: &str = "SET TIME ZONE 'UTC'; SET lock_timeout = '5s'; \
                       SET idle_in_transaction_session_timeout = '30s'";

pub(super) fn pool(url: &str) -> StoreResult<Pool<AsyncPgConnection>> {
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
        async move { main.spawn(open(url, tls)).await.map_err(bad_connection)? }.boxed()
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

async fn open(url: String, tls: Arc<rustls::ClientConfig>) -> ConnectionResult<AsyncPgConnection> {
    let tls = tokio_postgres_rustls::MakeRustlsConnect::new((*tls).clone());
    let config = configuration(&url).map_err(bad_connection)?;
    let (client, connection) = config.connect(tls).await.map_err(bad_connection)?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

/// What the address says, and where it doesn't, how soon a machine counts as gone that vanished without
/// a word. The system's own defaults are a quarter of an hour and more, for which a query would wait.
fn configuration(url: &str) -> Result<tokio_postgres::Config, tokio_postgres::Error> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(url: &str) -> [Option<Duration>; 4] {
        let config = configuration(url).expect("an address");
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
        let config = configuration(&format!("{url}?{settings}")).expect("an address");
        assert_eq!(config.get_keepalives_retries(), Some(9));
    }
}
