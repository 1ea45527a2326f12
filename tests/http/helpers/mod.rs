//! A separate portal for each test, and people who use it.

mod account;
mod command;
mod database;
mod demo;
mod eventually;
mod front;
mod inbox;
mod people;
mod person;
mod provider;
mod setting;
mod stream;
mod stripe;

pub use account::*;
pub use command::*;
pub use database::*;
pub use demo::*;
pub use eventually::*;
pub use front::*;
pub use people::*;
pub use person::*;
pub use provider::*;
pub use setting::*;
pub use stream::*;
pub use stripe::*;

use hmac::{Hmac, Mac};
use portal::config::Config;
use portal::model::Role;
use portal::server::{self, Portal};
use portal::store::DbPool;
use reqwest::header::SET_COOKIE;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;

pub const DEMO: &str = "tenant_demo";
/// Stripe's test card that can be saved and whose later payments are declined.
pub const DECLINES_LATER: &str = "4000 0000 0000 0341";
pub const PASSWORD: &str = "correct horse battery";

/// Environment variables: names with their values.
pub type Environment = &'static [(&'static str, &'static str)];

/// Defines each test twice, for SQLite and for Postgres. An environment named after the world is set
/// for it.
macro_rules! on_both_databases {
    ($(
        $(#[$meta:meta])*
        async fn $name:ident($world:ident: World $(, $environment:ident)?) $body:block
    )*) => {
        $(
            $(#[$meta])*
            mod $name {
                use super::*;

                const ENVIRONMENT: Environment = [$($environment,)? &[]][0];

                async fn story($world: World) $body

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn on_sqlite() {
                    story(World::on_sqlite_with(ENVIRONMENT).await).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn on_postgres() {
                    let database_url = new_postgres().await;
                    story(World::start(database_url, None, ENVIRONMENT).await).await;
                }
            }
        )*
    };
}
pub(crate) use on_both_databases;

/// A running portal with its sandbox and an empty database.
pub struct World {
    pub portal: Portal,
    pub database_url: String,
    _folder: Option<Folder>,
}

impl World {
    pub async fn on_sqlite() -> Self {
        Self::on_sqlite_with(&[]).await
    }

    pub async fn on_sqlite_with(environment: Environment) -> Self {
        let folder = Folder::new();
        Self::start(folder.database_url(), Some(folder), environment).await
    }

    /// Starts a portal on this database with these environment variables. Its sandbox keeps no state.
    pub async fn start(
        database_url: String,
        folder: Option<Folder>,
        environment: &[(&str, &str)],
    ) -> Self {
        let mut config = configuration(&database_url, environment);
        config.sandbox_state = None;
        Self::with(config, folder).await
    }

    /// Starts a portal with this configuration.
    pub async fn with(config: Config, folder: Option<Folder>) -> Self {
        let database_url = config.database_url.clone();
        let portal = server::start(config).await.expect("the portal starts");
        Self { portal, database_url, _folder: folder }
    }

    /// Starts another portal process on the same database and sandbox.
    pub async fn second(&self, environment: &[(&str, &str)]) -> Self {
        let stripe = [
            ("STRIPE_SECRET_KEY", "sk_test_second"),
            ("STRIPE_WEBHOOK_SECRET", "whsec_current"),
            ("STRIPE_API_BASE", self.sandbox()),
            ("PORTAL_URL", &self.portal.url),
        ];
        let all: Vec<(&str, &str)> = environment.iter().chain(&stripe).copied().collect();
        Self::start(self.database_url.clone(), None, &all).await
    }

    pub fn sandbox(&self) -> &str {
        self.portal.sandbox_url.as_deref().expect("a sandbox")
    }

    /// A visitor who hasn't signed in.
    pub fn anonymous(&self) -> Person {
        let http = Client::builder().redirect(Policy::none()).build().expect("a client");
        Person { http, base: self.portal.url.clone(), cookie: None }
    }

    /// The demo's owner, signed in.
    pub async fn owner(&self) -> Person {
        self.sign_in("owner@example.com", "sandbox-owner").await
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Person {
        let mut person = self.anonymous();
        let body = json!({"email": email, "password": password});
        let answer = person.request(Method::POST, "/api/auth/login").json(&body).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        person.cookie = Some(session_cookie(&answer));
        person
    }

    /// A new person with this role in a tenant, which is created if it doesn't exist; signed in.
    pub async fn person(&self, email: &str, tenant: &str, role: Role) -> Person {
        add_person(&self.portal.db, email, tenant, role).await;
        self.sign_in(email, PASSWORD).await
    }

    /// Makes the operator with this email a platform administrator.
    pub async fn make_platform_admin(&self, email: &str) {
        let (id, _) = self.portal.db.credentials(email).await.expect("a query").expect("known");
        assert!(self.portal.db.set_platform_admin(&id, true).await.expect("an update"));
    }

    /// Requests a tenant's entitlements with this token, as the SaaS does.
    pub async fn ask_entitlements(&self, tenant: &str, token: &str) -> Answer {
        let path = format!("/api/entitlements/{tenant}");
        let request = self.anonymous().request(Method::GET, &path).bearer_auth(token);
        Answer::from(request.send().await.expect("an answer")).await
    }

    /// Pays the hosted Checkout with the card that always works; returns where it redirects.
    pub async fn pay(&self, checkout_url: &str) -> String {
        self.pay_with(checkout_url, "4242 4242 4242 4242").await
    }

    /// Like [`World::pay`], with another of Stripe's test cards.
    pub async fn pay_with(&self, checkout_url: &str, card: &str) -> String {
        let fields = [
            ("email", "owner@example.com"),
            ("card_number", card),
            ("exp", "12 / 34"),
            ("cvc", "123"),
            ("name", "Olivia Owner"),
        ];
        let http = self.anonymous().http;
        let paid = http.post(checkout_url).form(&fields).send().await.expect("an answer");
        assert_eq!(paid.status(), StatusCode::SEE_OTHER, "{:?}", paid.text().await);
        location(&paid)
    }

    /// The demo's Stripe customer; if there is none yet, a request for a Checkout creates one.
    pub async fn customer(&self) -> String {
        let owner = self.owner().await;
        if owner.tenant().await["stripe_customer_id"].is_null() {
            let wish = json!({"tenant_id": DEMO, "agent_count": 1});
            owner.post("/api/portal/billing/checkout", wish).await.ok();
            owner.settled().await;
        }
        let tenant = owner.tenant().await;
        tenant["stripe_customer_id"].as_str().expect("a customer").to_owned()
    }

    /// The demo's owner, once the tenant has subscribed to this many agents.
    pub async fn subscribed(&self, agent_count: u32) -> Person {
        self.subscribed_with(agent_count, "4242 4242 4242 4242").await
    }

    /// Like [`World::subscribed`], with another of Stripe's test cards.
    pub async fn subscribed_with(&self, agent_count: u32, card: &str) -> Person {
        let owner = self.owner().await;
        let body = json!({"tenant_id": DEMO, "agent_count": agent_count});
        let answer = owner.post("/api/portal/billing/checkout", body).await.ok();
        self.pay_with(answer["checkout_url"].as_str().expect("a checkout_url"), card).await;
        owner
            .tenant_when("it is trialing", |tenant| {
                tenant["subscription_status"] == "trialing" && tenant["agent_quota"] == agent_count
            })
            .await;
        owner
    }

    /// Uses one of the sandbox's own controls.
    pub async fn control(&self, path: &str, fields: &[(&str, &str)]) {
        let http = self.anonymous().http;
        let url = format!("{}{path}", self.sandbox());
        let answer = http.post(&url).form(fields).send().await.expect("an answer");
        let status = answer.status();
        assert!(status.is_success() || status.is_redirection(), "{url}: {status}");
    }

    /// Moves the sandbox's time forward by this many days.
    pub async fn days_pass(&self, days: i64) {
        self.control("/_sandbox/advance", &[("by", &(days * 86_400).to_string())]).await;
    }

    /// Sets a subscription's status in the sandbox.
    pub async fn force_status(&self, subscription: &str, status: &str) {
        let path = format!("/_sandbox/subscriptions/{subscription}/status");
        self.control(&path, &[("status", status)]).await;
    }

    /// Sends a request to Stripe directly, as another program with a key would.
    pub async fn stripe(&self, method: Method, path: &str, fields: &[(&str, &str)]) -> Value {
        let (http, key) = (self.anonymous().http, "sk_test_another_program");
        let request = stripe_request(&http, self.sandbox(), key, method, path, fields);
        request.send().await.expect("an answer").json().await.expect("JSON")
    }

    /// Runs a statement on the database that the portal itself would not.
    pub async fn sql(&self, statement: &str) -> diesel::QueryResult<usize> {
        use diesel_async::RunQueryDsl;
        match &self.portal.db.pool {
            DbPool::Sqlite(pool) => {
                let mut conn = pool.get().await.expect("a connection");
                diesel::sql_query(statement).execute(&mut *conn).await
            }
            DbPool::Postgres(pool) => {
                let mut conn = pool.get().await.expect("a connection");
                diesel::sql_query(statement).execute(&mut *conn).await
            }
        }
    }

    /// Delivers an event as Stripe would, signed now with the current secret.
    pub async fn deliver(&self, event: &Value) -> Answer {
        let body = event.to_string();
        let signature = sign(&body, "whsec_current", chrono::Utc::now().timestamp());
        self.deliver_raw(body, &signature).await
    }

    pub async fn deliver_raw(&self, body: String, signature: &str) -> Answer {
        let person = self.anonymous();
        let request = person
            .request(Method::POST, "/api/webhooks/stripe")
            .header("stripe-signature", signature)
            .header("content-type", "application/json")
            .body(body);
        Answer::from(request.send().await.expect("an answer")).await
    }
}

/// A `Stripe-Signature` header.
pub fn sign(body: &str, secret: &str, time: i64) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(format!("{time}.{body}").as_bytes());
    format!("t={time},v1={}", hex::encode(mac.finalize().into_bytes()))
}

pub fn session_cookie(answer: &Response) -> String {
    let cookie = answer.headers().get(SET_COOKIE).expect("a cookie").to_str().expect("ASCII");
    cookie.split(';').next().expect("a pair").to_owned()
}

pub fn location(answer: &Response) -> String {
    let location = answer.headers().get("location").expect("a location");
    location.to_str().expect("ASCII").to_owned()
}

/// A field that is a text.
pub fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}
