//! Stripe, which keeps running, and a portal that can be dropped at any moment.

use crate::helpers::{
    Answer, Folder, PASSWORD, Person, add_person, configuration, free_port, new_postgres,
    stripe_request,
};
use crate::plan::TENANTS;
use crate::states::Watched;
use portal::clock::Clock;
use portal::model::Role;
use portal::sandbox::{Sandbox, SandboxConfig, WebhookTarget};
use portal::server::{self, Portal};
use portal::store::Db;
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

/// Longer than any request takes.
const PATIENCE: Duration = Duration::from_secs(90);
const SECRET: &str = "whsec_current";

/// The database of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// A tenant with its owner.
pub struct Tenant {
    pub id: String,
    pub owner: Person,
}

pub struct World {
    pub tenants: Vec<Tenant>,
    pub database_url: String,
    pub watched: Watched,
    pub sandbox: Sandbox,
    pub http: Client,
    port: u16,
    running: Option<Running>,
    _folder: Option<Folder>,
}

/// A portal on a runtime of its own: dropping the runtime stops everything the portal was doing,
/// wherever it was.
struct Running {
    portal: Portal,
    runtime: Option<Runtime>,
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl World {
    pub async fn new(database: Database) -> Self {
        let (folder, database_url) = match database {
            Database::Sqlite => {
                let folder = Folder::new();
                let url = folder.database_url();
                (Some(folder), url)
            }
            Database::Postgres => (None, new_postgres().await),
        };
        let port = free_port();
        let base = format!("http://127.0.0.1:{port}");
        let webhook = WebhookTarget {
            url: format!("{base}/api/webhooks/stripe"),
            secret: SECRET.to_owned(),
            enabled_events: &["*"],
        };
        let sandbox = Sandbox::start(SandboxConfig {
            addr: ([127, 0, 0, 1], 0).into(),
            webhook: Some(webhook),
            state: None,
            anew: false,
            empty: false,
        });
        let sandbox = sandbox.await.expect("the sandbox starts");
        let db = Db::open(&database_url).await.expect("a database");
        db.migrate().await.expect("migrations");
        let watched = Watched::new(database, &database_url).await;
        let http = Client::builder().redirect(Policy::none()).timeout(PATIENCE).build();
        let http = http.expect("a client");
        let mut tenants = Vec::new();
        for index in 0..TENANTS {
            let owner = Person { http: http.clone(), base: base.clone(), cookie: None };
            let id = format!("tenant_{index}");
            add_person(&db, &email(index), &id, Role::Owner).await;
            tenants.push(Tenant { id, owner });
        }
        let running = None;
        let mut world =
            Self { tenants, database_url, watched, sandbox, http, port, running, _folder: folder };
        world.start().await;
        for index in 0..TENANTS {
            world.sign_in(index).await;
        }
        world
    }

    async fn sign_in(&mut self, index: usize) {
        let owner = &mut self.tenants[index].owner;
        let body = json!({"email": email(index), "password": PASSWORD});
        let request = owner.request(Method::POST, "/api/auth/login").json(&body);
        let answer = request.send().await.expect("an answer");
        owner.cookie = Some(crate::helpers::session_cookie(&answer));
    }

    /// The running portal.
    pub fn portal(&self) -> &Portal {
        &self.running.as_ref().expect("the portal runs").portal
    }

    /// Starts the portal at the same address, on the data it left.
    pub async fn start(&mut self) {
        let port = self.port.to_string();
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let stripe = runtime.spawn(way_to(self.sandbox.url().to_owned())).await.expect("a way");
        let environment = [
            ("STRIPE_SECRET_KEY", "sk_test_simulation"),
            ("STRIPE_API_BASE", stripe.as_str()),
            ("PORT", port.as_str()),
        ];
        let mut config = configuration(&self.database_url, &environment);
        config.addr.set_port(self.port);
        let stripe_time = self.sandbox.clock();
        let starting = runtime.spawn(async move {
            let mut tries = 0;
            loop {
                let time = stripe_time.clone();
                let clock = Clock::following(move || time.now());
                match server::start_at(config.clone(), clock).await {
                    Ok(portal) => return portal,
                    // The previous one may not have released its port yet.
                    Err(server::StartError::Address { .. }) if tries < 3_000 => tries += 1,
                    Err(error) => panic!("the portal does not start: {error}"),
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        let portal = starting.await.expect("the portal starts");
        self.running = Some(Running { portal, runtime: Some(runtime) });
    }

    /// Drops the portal.
    pub fn crash(&mut self) {
        self.running = None;
    }

    /// Ends the run.
    pub async fn end(mut self) {
        self.crash();
        self.sandbox.stop().await;
    }

    /// Uses one of the sandbox's own controls.
    pub async fn control(&self, path: &str, fields: &[(&str, &str)]) {
        let url = format!("{}{path}", self.sandbox.url());
        let answer = self.http.post(&url).form(fields).send().await.expect("an answer");
        let status = answer.status();
        assert!(status.is_success(), "{url}: {status}: {:?}", answer.text().await);
    }

    /// Whether an event is on its way whose first attempt is not answered yet.
    pub async fn delivers(&self) -> bool {
        let url = format!("{}/_sandbox/deliveries", self.sandbox.url());
        let answer = self.http.get(&url).send().await.expect("an answer");
        let listed: Value = answer.json().await.expect("a list");
        listed["deliveries"].as_array().expect("deliveries").iter().any(|one| {
            let tried = one["attempts"].as_array().is_some_and(|attempts| !attempts.is_empty());
            one["standing"] == "being sent" || (one["standing"] == "waiting" && !tried)
        })
    }

    /// Posts a form of one of Stripe's hosted pages; returns the status and the redirect.
    pub async fn hosted(&self, url: &str, fields: &[(&str, &str)]) -> (u16, Option<String>) {
        let answer = self.http.post(url).form(fields).send().await.expect("an answer");
        let location = answer.headers().get("location").and_then(|to| to.to_str().ok());
        let location = location.map(|to| match to.starts_with('/') {
            true => format!("{}{to}", self.sandbox.url()),
            false => to.to_owned(),
        });
        (answer.status().as_u16(), location)
    }

    /// Sends a request to Stripe directly, as somebody in the Dashboard would.
    pub async fn stripe(&self, method: Method, path: &str, fields: &[(&str, &str)]) -> Answer {
        let url = self.sandbox.url();
        loop {
            let request =
                stripe_request(&self.http, url, "sk_test_dashboard", method.clone(), path, fields);
            // The faults are meant for the portal, so retry.
            match request.timeout(Duration::from_secs(5)).send().await {
                Ok(answer) if !matches!(answer.status().as_u16(), 429 | 500) => {
                    return Answer::from(answer).await;
                }
                Ok(_) | Err(_) => {}
            }
        }
    }

    /// All pages of one of Stripe's lists.
    pub async fn all(&self, path: &str, fields: &[(&str, &str)]) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let last = all.last().map(|object| text(object, "id").to_owned());
            let mut query = vec![("limit", "100")];
            query.extend(fields);
            if let Some(last) = &last {
                query.push(("starting_after", last));
            }
            let page = self.stripe(Method::GET, path, &query).await.ok();
            all.extend(page["data"].as_array().expect("a list").iter().cloned());
            if page["has_more"] != true {
                return all;
            }
        }
    }
}

/// A text of an object; empty if there is none.
pub fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object[field].as_str().unwrap_or_default()
}

fn email(index: usize) -> String {
    format!("owner{index}@example.com")
}

/// A proxy to Stripe for one portal, which ends with the portal's runtime: whatever is left of it on
/// threads that all portals share can no longer reach Stripe.
async fn way_to(stripe: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut portal, _)) = listener.accept().await {
            let stripe = stripe.clone();
            tokio::spawn(async move {
                let address = stripe.trim_start_matches("http://");
                if let Ok(mut stripe) = TcpStream::connect(address).await {
                    let _ = copy_bidirectional(&mut portal, &mut stripe).await;
                }
            });
        }
    });
    url
}
