//! The timeline, filtered by topic and by actor.

use crate::helpers::*;
use serde_json::{Value, json};

/// The kinds on the timeline's first page, newest first.
async fn kinds(person: &Person, filter: &str) -> Vec<String> {
    let path = format!("/api/portal/activity?tenant_id={DEMO}{filter}");
    let page = person.get(&path).await.ok();
    let entries = page["entries"].as_array().expect("entries").iter();
    entries.map(|entry| entry["kind"].as_str().expect("a kind").to_owned()).collect()
}

on_both_databases! {
    async fn a_topic_shows_what_is_about_it_and_nothing_else(world: World) {
        let owner = world.subscribed_with(1, DECLINES_LATER).await;
        owner.hire("Ada").await.ok();
        world.days_pass(15).await;
        owner.tenant_when("it is past due", |tenant| tenant["subscription_status"] == "past_due").await;
        owner.settled().await;

        assert_eq!(kinds(&owner, "&topic=agents").await, ["agent_hired"]);
        assert_eq!(kinds(&owner, "&topic=seats").await, ["seats_changed"]);
        let subscription =
            ["status_changed", "subscription_started", "checkout_opened", "customer_created"];
        assert_eq!(kinds(&owner, "&topic=subscription").await, subscription);
        assert_eq!(kinds(&owner, "&topic=payments").await, ["renewal_failed"]);
        assert_eq!(kinds(&owner, "").await.len(), 7);
        assert_eq!(kinds(&owner, "&topic=&actor=").await.len(), 7);
    }

    async fn a_declined_payment_is_found_under_payments(world: World) {
        let owner = world.subscribed_with(1, DECLINES_LATER).await;
        let body = json!({"tenant_id": DEMO, "agent_count": 2});
        world.force_status(
            owner.tenant().await["stripe_subscription_id"].as_str().expect("an id"),
            "active",
        ).await;
        owner.tenant_when("it is active", |tenant| tenant["subscription_status"] == "active").await;
        let quote = owner.post("/api/portal/billing/quote", body).await.ok();
        let body = json!({"tenant_id": DEMO, "agent_count": 2, "quote_id": quote["quote_id"]});
        owner.post("/api/portal/billing/quantity", body).await.refused(402, "card_declined");
        assert_eq!(kinds(&owner, "&topic=payments").await, ["payment_failed"]);
    }

    async fn seats_that_were_paid_for_are_payments_too(world: World) {
        let owner = world.subscribed(1).await;
        world.days_pass(20).await;
        owner.tenant_when("it is active", |tenant| tenant["subscription_status"] == "active").await;
        let body = json!({"tenant_id": DEMO, "agent_count": 2});
        let quote = owner.post("/api/portal/billing/quote", body).await.ok();
        let body = json!({"tenant_id": DEMO, "agent_count": 2, "quote_id": quote["quote_id"]});
        owner.post("/api/portal/billing/quantity", body).await.ok();
        assert!(kinds(&owner, "&topic=payments").await.contains(&"seats_changed".to_owned()));
    }

    async fn the_timeline_is_read_by_who_did_it(world: World) {
        let owner = world.subscribed(1).await;
        owner.hire("Ada").await.ok();
        let subscription = owner.tenant().await["stripe_subscription_id"].clone();
        world.force_status(subscription.as_str().expect("an id"), "unpaid").await;
        owner.tenant_when("it is unpaid", |tenant| tenant["subscription_status"] == "unpaid").await;

        let by_operators = ["agent_hired", "checkout_opened", "customer_created"];
        assert_eq!(kinds(&owner, "&actor=operator").await, by_operators);
        let by_stripe = ["status_changed", "seats_changed", "subscription_started"];
        assert_eq!(kinds(&owner, "&actor=stripe").await, by_stripe);
        assert_eq!(kinds(&owner, "&actor=portal").await, ["agents_suspended"]);
        assert_eq!(kinds(&owner, "&topic=agents&actor=operator").await, ["agent_hired"]);
        assert!(kinds(&owner, "&topic=seats&actor=portal").await.is_empty());
    }

    async fn a_filter_that_is_none_is_refused(world: World) {
        let owner = world.owner().await;
        for filter in ["topic=weather", "topic=Seats", "actor=nobody", "actor=unknown"] {
            let path = format!("/api/portal/activity?tenant_id={DEMO}&{filter}");
            owner.get(&path).await.refused(400, "malformed");
        }
    }

    async fn a_filtered_timeline_is_read_page_by_page_without_a_gap(world: World) {
        let owner = world.subscribed(1).await;
        let ada = owner.hire("Ada").await.ok();
        let path = |verb: &str| {
            format!("/api/portal/agents/{}/{verb}", ada["id"].as_str().expect("an id"))
        };
        for _ in 0..26 {
            owner.post("/api/portal/billing/portal", json!({"tenant_id": DEMO})).await.ok();
            owner.post(&path("deactivate"), json!({"tenant_id": DEMO})).await.ok();
            owner.post(&path("activate"), json!({"tenant_id": DEMO})).await.ok();
        }
        let filtered = format!("/api/portal/activity?tenant_id={DEMO}&topic=agents");
        let first = owner.get(&filtered).await.ok();
        let second = owner.get(&format!("{filtered}&before={}", first["next"])).await.ok();
        let of = |page: &Value| page["entries"].as_array().expect("entries").clone();
        assert_eq!((of(&first).len(), of(&second).len()), (50, 3));
        assert_eq!(second["next"], Value::Null);
        let all = [of(&first), of(&second)].concat();
        assert!(all.iter().all(|entry| entry["kind"].as_str().expect("a kind").starts_with("agent_")));
        assert!(all.is_sorted_by(|one, next| one["id"].as_i64() > next["id"].as_i64()));
    }

    async fn the_timeline_is_filtered_by_a_link_that_older_pages_keep(world: World) {
        let owner = team(&world, &["Ada"]).await;
        let html = owner.html("/activity?topic=agents").await;
        assert!(html.contains("Created Ada") && !html.contains("Seats: 0 → 1"), "{html}");
        let html = owner.html("/activity").await;
        assert!(html.contains("href=\"/activity?topic=seats\""), "{html}");
        let html = owner.html("/activity?topic=payments").await;
        assert!(html.contains("Nothing of this kind"), "{html}");

        let ada = id_of(&owner, "Ada").await;
        for _ in 0..26 {
            for verb in ["deactivate", "activate"] {
                let path = format!("/api/portal/agents/{ada}/{verb}");
                owner.post(&path, json!({"tenant_id": DEMO})).await.ok();
            }
        }
        let html = owner.html("/activity?topic=agents").await;
        let (_, older) = html.split_once("href=\"/activity?topic=agents&#38;before=").expect(&html);
        let before = older.split_once('"').expect("its end").0;
        let html = owner.html(&format!("/activity?topic=agents&before={before}")).await;
        assert!(html.contains("Created Ada") && html.contains("href=\"/activity?topic=agents\""), "{html}");
    }
}
