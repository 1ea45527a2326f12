//! Stripe is unreachable: pages still render, actions say so and leave nothing half-done.

use crate::helpers::*;
use serde_json::{Value, json};

/// Nothing listens on port 1.
const AWAY: [(&str, &str); 3] = [
    ("STRIPE_SECRET_KEY", "sk_test_away"),
    ("STRIPE_WEBHOOK_SECRET", "whsec_current"),
    ("STRIPE_API_BASE", "http://127.0.0.1:1"),
];

async fn without_stripe(world: World) {
    let owner = world.person("owner@example.org", DEMO, portal::model::Role::Owner).await;
    let page = owner.request(reqwest::Method::GET, "/billing").send().await.expect("an answer");
    assert_eq!(page.status(), 200);
    assert!(page.text().await.expect("a page").contains("No subscription"));

    let seats = json!({"tenant_id": DEMO, "agent_count": 1});
    let on = json!({"tenant_id": DEMO});
    let checkout = owner.post("/api/portal/billing/checkout", seats).await;
    checkout.refused(503, "stripe_unavailable");
    owner.post("/api/portal/billing/portal", on.clone()).await.refused(503, "stripe_unavailable");
    owner.post("/api/portal/billing/refresh", on).await.ok();
    assert_eq!(owner.tenant().await["stripe_customer_id"], Value::Null);
    let viewer = owner.get("/api/portal/viewer").await.ok();
    assert_eq!(viewer["sandbox_url"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stripe_away_stops_no_page_on_sqlite() {
    let folder = Folder::new();
    without_stripe(World::start(folder.database_url(), Some(folder), &AWAY).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stripe_away_stops_no_page_on_postgres() {
    without_stripe(World::start(new_postgres().await, None, &AWAY).await).await;
}

/// Cuts off every call to Stripe.
async fn cut_off(world: &World) {
    let fault = [("fault", "cut"), ("count", "100"), ("call", "every")];
    world.control("/_sandbox/faults", &fault).await;
}

on_both_databases! {
    async fn the_last_known_state_is_shown_with_its_time_and_actions_change_nothing(world: World) {
        let owner = world.subscribed(3).await;
        owner.hire("Ada").await.ok();
        // The last webhooks may still be syncing, which only changes when and why it was synced.
        let known = async || {
            let mut tenant = owner.tenant().await;
            tenant["synced_at"] = Value::Null;
            tenant["synced_by"] = Value::Null;
            tenant
        };
        let before = known().await;
        let at_stripe = format!("/subscriptions/{}", before["stripe_subscription_id"].as_str().expect("an id"));
        cut_off(&world).await;
        for (path, said) in [("/billing", "As of "), ("/billing", "1 of 3"), ("/agents", "Ada"), ("/activity", "Created Ada")] {
            let page = owner.request(reqwest::Method::GET, path).send().await.expect("an answer");
            assert_eq!(page.status(), 200);
            let html = page.text().await.expect("a page");
            assert!(html.contains(said), "{path}: {html}");
        }
        let on = json!({"tenant_id": DEMO});
        let seats = json!({"tenant_id": DEMO, "agent_count": 5});
        for (path, body) in [
            ("/api/portal/billing/quote", seats.clone()),
            ("/api/portal/billing/quantity", seats),
            ("/api/portal/billing/cancel", on.clone()),
            ("/api/portal/billing/resume", on.clone()),
            ("/api/portal/billing/refresh", on.clone()),
            ("/api/portal/billing/portal", on),
        ] {
            owner.post(path, body).await.refused(503, "stripe_unavailable");
        }
        assert_eq!(known().await, before);
        world.control("/_sandbox/faults/clear", &[]).await;
        let subscription = world.stripe(reqwest::Method::GET, &at_stripe, &[]).await;
        assert_eq!(subscription["items"]["data"][0]["quantity"], 3);
        assert_eq!(subscription["cancel_at_period_end"], false);
    }

    async fn a_cancellation_whose_answer_is_lost_is_found_and_not_repeated(world: World) {
        let owner = world.subscribed(1).await;
        let call = ("call", "POST /v1/subscriptions/{id}");
        world.control("/_sandbox/faults", &[("fault", "lost"), call]).await;
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "2"), call]).await;
        let on = json!({"tenant_id": DEMO});
        owner.post("/api/portal/billing/cancel", on.clone()).await.refused(503, "stripe_unavailable");
        let tenant = owner.tenant_when("it is found", |tenant| tenant["cancels_at"].is_string()).await;
        let again = owner.post("/api/portal/billing/cancel", on).await.ok();
        assert_eq!(again["cancels_at"], tenant["cancels_at"]);
        let page = owner.get(&format!("/api/portal/activity?tenant_id={DEMO}")).await.ok();
        let told = page["entries"].as_array().expect("entries").iter();
        let told: Vec<&Value> =
            told.filter(|entry| entry["kind"] == "cancellation_scheduled").collect();
        assert_eq!(told.len(), 1, "{page:#}");
        assert_eq!(told[0]["actor"]["name"], "Olivia Owner");
    }
}

/// A test's Postgres database, closed to all connections until it is opened.
struct Shut {
    server: diesel_async::AsyncPgConnection,
    name: String,
}

impl Shut {
    async fn now(database_url: &str) -> Self {
        use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
        let (_, name) = database_url.rsplit_once('/').expect("a database");
        let server = std::env::var("TEST_POSTGRES_URL").expect("the test Postgres");
        let mut server = AsyncPgConnection::establish(&server).await.expect("the test Postgres");
        // One after the other: in one transaction, a connection that is made anew would slip in before the
        // first is committed.
        for statement in [
            format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"),
            format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ),
        ] {
            server.batch_execute(&statement).await.expect("the database is shut");
        }
        Self { server, name: name.to_owned() }
    }

    async fn open(mut self) {
        use diesel_async::SimpleAsyncConnection;
        let open = format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", self.name);
        self.server.batch_execute(&open).await.expect("the database is open");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_away_is_said_in_a_page_like_the_others_on_postgres() {
    let database_url = new_postgres().await;
    let world = World::start(database_url.clone(), None, &[]).await;
    let owner = world.owner().await;
    let _shut = Shut::now(&database_url).await;
    let page = owner.request(reqwest::Method::GET, "/billing").send().await.expect("an answer");
    assert_eq!(page.status(), 503);
    let html = page.text().await.expect("a page");
    assert!(html.contains("Back in a moment") && html.contains("Try again"), "{html}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signs_in_while_the_database_is_away_is_not_locked_out_on_postgres() {
    let database_url = new_postgres().await;
    let world = World::start(database_url.clone(), None, &[]).await;
    let shut = Shut::now(&database_url).await;
    let someone = world.anonymous();
    let right = json!({"email": "owner@example.com", "password": "sandbox-owner"});
    for _ in 0..12 {
        let answer = someone.post("/api/auth/login", right.clone()).await;
        answer.refused(503, "database_unavailable");
    }
    shut.open().await;
    world.owner().await;
}
