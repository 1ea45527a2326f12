//! What a portal is started with: a folder, a database, a configuration.

use portal::config::Config;
use std::sync::atomic::{AtomicU16, Ordering};

/// The bearer token with which tests request entitlements.
pub const ENTITLEMENTS_TOKEN: &str = "a-long-and-random-token";

/// A folder that is removed when the test ends.
pub struct Folder(pub std::path::PathBuf);

impl Folder {
    pub fn new() -> Self {
        let name = format!("portal-test-{}", uuid::Uuid::new_v4().simple());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }

    pub fn database_url(&self) -> String {
        format!("sqlite:{}", self.0.join("portal.db").display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Creates an empty Postgres database; returns its URL.
pub async fn new_postgres() -> String {
    let server = std::env::var("TEST_POSTGRES_URL").expect(
        "TEST_POSTGRES_URL must name a Postgres that tests may make databases on; \
         `make test` starts one",
    );
    new_database(&server).await
}

/// Creates an empty database on this server; returns its URL.
pub async fn new_database(server: &str) -> String {
    use diesel_async::{AsyncConnection, SimpleAsyncConnection};
    let name = format!("test_{}", uuid::Uuid::new_v4().simple());
    let mut conn =
        diesel_async::AsyncPgConnection::establish(server).await.expect("the test Postgres");
    conn.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("a new database");
    let (base, _) = server.rsplit_once('/').expect("a database in its address");
    format!("{base}/{name}")
}

/// A configuration with this database, free ports and these environment variables.
pub fn configuration(database_url: &str, environment: &[(&str, &str)]) -> Config {
    Config::read(|name| match name {
        "DATABASE_URL" => Some(database_url.to_owned()),
        "PORT" | "SANDBOX_PORT" => Some("0".to_owned()),
        _ => {
            let defaults = [
                ("STRIPE_WEBHOOK_SECRET", "whsec_current,whsec_previous"),
                ("ENTITLEMENTS_TOKEN", ENTITLEMENTS_TOKEN),
                // Tests send more requests than people do.
                ("REQUESTS_PER_ADDRESS", "0"),
                ("REQUESTS_PER_SESSION", "0"),
            ];
            let all = environment.iter().chain(&defaults);
            all.filter(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()).next()
        }
    })
    .expect("a configuration that works")
}

/// A port below the system's ephemeral range, so that nothing takes it while no portal has it. This
/// process gets each only once.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 12_500 + (std::process::id() % 50) as u16 * 100;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed) % 2_000;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
