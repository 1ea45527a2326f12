//! Stripe can't be reached: pages still render, actions say so and leave nothing half-done.

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
