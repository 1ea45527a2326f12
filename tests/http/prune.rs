//! The inbox forgets events that have been done for long, and nothing else.

use crate::helpers::*;
use serde_json::{Value, json};

async fn is_kept(world: &World, id: &str) -> bool {
    world.inbox_event(id).await.is_some()
}

/// An event that needs no work, in this state and received this many days ago.
async fn received(world: &World, id: &str, state: &str, days_ago: i64) {
    let event = json!({
        "id": id, "object": "event", "type": "ping", "created": 1_790_000_000,
        "livemode": false, "data": {"object": {}},
    });
    assert_eq!(world.deliver(&event).await.status, 200);
    world.event_done(id).await;
    let at = chrono::Utc::now() - chrono::TimeDelta::days(days_ago);
    // A pending one is not due yet.
    let statement = format!(
        "UPDATE stripe_events SET state = '{state}', received_at = '{}', \
         due_at = '2999-01-01 00:00:00' WHERE id = '{id}'",
        at.format("%Y-%m-%d %H:%M:%S"),
    );
    assert_eq!(world.sql(&statement).await, Ok(1));
}

/// Starts another process, which prunes, and waits until this event is gone.
async fn start_again_until_gone(world: &World, environment: Environment, id: &str) -> World {
    let second = world.second(environment).await;
    eventually("it is pruned", async || (!is_kept(world, id).await).then_some(())).await;
    second
}

on_both_databases! {
    async fn old_events_are_forgotten_unless_something_needs_them(world: World) {
        received(&world, "evt_young", "done", 89).await;
        received(&world, "evt_dead", "dead", 400).await;
        received(&world, "evt_pending", "pending", 400).await;
        received(&world, "evt_old", "done", 400).await;
        // Pruned last: once it is gone, everything to be pruned is.
        received(&world, "evt_just_old_enough", "done", 91).await;
        start_again_until_gone(&world, &[], "evt_just_old_enough").await;
        assert!(!is_kept(&world, "evt_old").await);
        for id in ["evt_young", "evt_dead", "evt_pending"] {
            assert!(is_kept(&world, id).await, "{id}");
        }
    }

    async fn how_long_events_are_kept_is_a_setting(world: World) {
        received(&world, "evt_young", "done", 29).await;
        received(&world, "evt_old", "done", 31).await;
        start_again_until_gone(&world, &[("INBOX_RETENTION_DAYS", "30")], "evt_old").await;
        assert!(is_kept(&world, "evt_young").await);
    }

    async fn more_than_one_batch_is_forgotten(world: World) {
        // Numbered in one statement, which is quick on both databases.
        let statement = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) \
            INSERT INTO stripe_events (id, event_type, livemode, created_at, received_at, state, due_at) \
            SELECT 'evt_' || i, 'ping', FALSE, '2020-01-01 00:00:00', '2020-01-01 00:00:00', 'done', \
            '2020-01-01 00:00:00' FROM n";
        assert_eq!(world.sql(statement).await, Ok(1_200));
        received(&world, "evt_last", "done", 91).await;
        start_again_until_gone(&world, &[], "evt_last").await;
        for id in ["evt_1", "evt_600", "evt_1200"] {
            assert!(!is_kept(&world, id).await, "{id}");
        }
    }

    async fn the_timeline_still_names_stripe_s_events_and_requests_after_pruning(world: World) {
        let owner = world.subscribed(2).await;
        let quantity = json!({"tenant_id": DEMO, "agent_count": 3});
        owner.post("/api/portal/billing/quantity", quantity).await.ok();
        let timeline = async |person: &Person| -> Value {
            person.get(&format!("/api/portal/activity?tenant_id={DEMO}")).await.ok()
        };
        // Once the newest entry has its request, all webhooks have arrived.
        let whole = |page: &Value| page["entries"][0]["stripe_request_id"].is_string();
        let found = async || Some(timeline(&owner).await).filter(whole);
        let before = eventually("the newest entry's request", found).await;
        assert_eq!(before["entries"][0]["kind"], "seats_changed");

        let old = "UPDATE stripe_events SET received_at = '2020-01-01 00:00:00' WHERE state = 'done'";
        let all = world.sql(old).await.expect("a query");
        received(&world, "evt_last", "done", 91).await;
        start_again_until_gone(&world, &[], "evt_last").await;
        let kept = "UPDATE stripe_events SET received_at = received_at WHERE state = 'done'";
        assert!((1..all).contains(&world.sql(kept).await.expect("a query")));
        assert_eq!(timeline(&owner).await, before);
    }
}
