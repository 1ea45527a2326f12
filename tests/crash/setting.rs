//! A database with tenants, a Stripe sandbox as its own process, and what portals on them need.

use crate::helpers::{Folder, add_person, free_port, new_postgres, stripe_request};
use crate::process::Process;
use diesel_async::SimpleAsyncConnection;
use portal::model::Role;
use portal::store::{Db, DbPool};
use reqwest::{Client, Method};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tokio::time::sleep;

pub const TENANTS: usize = 3;

/// Everything that a portal needs to start.
pub struct Setting {
    pub folder: Folder,
    pub database_url: String,
    /// The test's own access to the database.
    pub db: Db,
    pub sandbox: Process,
    pub stripe_url: String,
    /// The secret that signs webhooks.
    pub secret: String,
    /// The port for Stripe's webhooks and operators' requests.
    pub port: u16,
    http: Client,
}

/// Defines a test twice, for SQLite and for Postgres.
macro_rules! on_each_database {
    (async fn $name:ident($setting:ident: Setting) $body:block) => {
        mod $name {
            use super::*;

            async fn story($setting: Setting) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                story(Setting::on_sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                story(Setting::on_postgres().await).await;
            }
        }
    };
}
pub(crate) use on_each_database;

impl Setting {
    pub async fn on_sqlite() -> Self {
        let folder = Folder::new();
        let database_url = folder.database_url();
        Self::on(folder, database_url).await
    }

    pub async fn on_postgres() -> Self {
        Self::on(Folder::new(), new_postgres().await).await
    }

    /// Uses this database, and adds the tenants, each with an owner.
    pub async fn on(folder: Folder, database_url: String) -> Self {
        let db = Db::open(&database_url).await.expect("the database");
        db.migrate().await.expect("migrations");
        for number in 0..TENANTS {
            add_person(&db, &email(number), &tenant(number), Role::Owner).await;
        }
        let environment =
            [("SANDBOX_PORT", "0".to_owned()), ("DATABASE_URL", "sqlite:stripe.db".to_owned())];
        let mut sandbox = Process::start("sandbox", &folder.0, "sandbox", &environment);
        let stripe_url = address(&mut sandbox).await;
        let http = Client::new();
        let mut setting = Self {
            folder,
            database_url,
            db,
            sandbox,
            stripe_url,
            secret: String::new(),
            port: free_port(),
            http,
        };
        let url = format!("{}/api/webhooks/stripe", setting.url());
        let fields = [("url", url.as_str()), ("enabled_events[]", "*")];
        let endpoint = setting.stripe(Method::POST, "/webhook_endpoints", &fields).await;
        setting.secret = endpoint["secret"].as_str().expect("a secret").to_owned();
        setting
    }

    /// Continues with a copy of its SQLite file at this path.
    pub async fn move_to(&mut self, file: &Path) {
        let DbPool::Sqlite(pool) = &self.db.pool else { panic!("not SQLite") };
        let copy = format!("VACUUM INTO '{}'", file.display());
        pool.get().await.expect("a connection").batch_execute(&copy).await.expect("a copy");
        self.database_url = format!("sqlite:{}", file.display());
        self.db = Db::open(&self.database_url).await.expect("the copy");
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The environment of a portal on this port.
    pub fn environment(&self, port: u16) -> Vec<(&'static str, String)> {
        vec![
            ("PORT", port.to_string()),
            ("PORTAL_URL", self.url()),
            ("DATABASE_URL", self.database_url.clone()),
            ("STRIPE_SECRET_KEY", "sk_test_portal".to_owned()),
            ("STRIPE_API_BASE", self.stripe_url.clone()),
            ("STRIPE_WEBHOOK_SECRET", self.secret.clone()),
            ("RUST_LOG", "warn,portal=info".to_owned()),
            // These operators are faster than people.
            ("REQUESTS_PER_ADDRESS", "0".to_owned()),
            ("REQUESTS_PER_SESSION", "0".to_owned()),
        ]
    }

    /// Starts a portal, without waiting until it is ready.
    pub fn portal(&self) -> Process {
        Process::start("serve", &self.folder.0, "portal", &self.environment(self.port))
    }

    /// Starts a portal, and waits until it is ready.
    pub async fn ready_portal(&self) -> Process {
        let mut portal = self.portal();
        portal.ready(&format!("{}/readyz", self.url())).await;
        portal
    }

    /// Sends a request to Stripe directly, as another program with a key would.
    pub async fn stripe(&self, method: Method, path: &str, fields: &[(&str, &str)]) -> Value {
        stripe(&self.http, &self.stripe_url, method, path, fields).await
    }

    /// All pages of one of Stripe's lists.
    pub async fn stripe_list(&self, path: &str, fields: &[(&str, &str)]) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let last = all.last().map(|one| one["id"].as_str().expect("an id").to_owned());
            let after = last.iter().map(|id| ("starting_after", id.as_str()));
            let fields: Vec<(&str, &str)> =
                fields.iter().copied().chain([("limit", "100")]).chain(after).collect();
            let page = self.stripe(Method::GET, path, &fields).await;
            all.extend(page["data"].as_array().unwrap_or_else(|| panic!("{page}")).clone());
            if page["has_more"] != true {
                return all;
            }
        }
    }
}

/// Sends a request to the Stripe at this URL.
pub async fn stripe(
    http: &Client,
    url: &str,
    method: Method,
    path: &str,
    fields: &[(&str, &str)],
) -> Value {
    let request = stripe_request(http, url, "sk_test_another_program", method, path, fields);
    request.send().await.expect("an answer").json().await.expect("JSON")
}

pub fn tenant(number: usize) -> String {
    format!("tenant_{number}")
}

pub fn email(number: usize) -> String {
    format!("owner{number}@example.com")
}

/// The address that the sandbox prints.
async fn address(sandbox: &mut Process) -> String {
    for _ in 0..1000 {
        if let Some(line) = sandbox.log().lines().find(|line| line.contains(" is at http://")) {
            return line.trim().rsplit(' ').next().expect("an address").to_owned();
        }
        assert!(sandbox.ended().is_none(), "{}", sandbox.log());
        sleep(Duration::from_millis(20)).await;
    }
    panic!("no sandbox: {}", sandbox.log());
}
