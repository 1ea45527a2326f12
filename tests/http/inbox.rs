//! `portal events`: what failed, what is waiting, and retrying it.

use crate::helpers::*;
use portal::model::StripeEvent;
use portal::store::EventState;
use serde_json::{Value, json};

/// An event that a worker finishes as soon as it sees it.
fn event(id: &str, customer_id: &str) -> StripeEvent {
    StripeEvent {
        id: id.to_owned(),
        event_type: "ping".to_owned(),
        api_version: None,
        livemode: false,
        object_id: Some("in_1".to_owned()),
        object_type: Some("invoice".to_owned()),
        customer_id: Some(customer_id.to_owned()),
        request_id: None,
        idempotency_key: None,
        created: chrono::Utc::now(),
    }
}

/// Two events that failed for good, and one that is due tomorrow.
async fn troubled(world: &World) {
    let db = &world.portal.db;
    let tomorrow = chrono::Utc::now() + chrono::TimeDelta::days(1);
    let customer = world.customer().await;
    for id in ["evt_dead_1", "evt_dead_2"] {
        db.store_events(vec![event(id, &customer)], tomorrow).await.expect("stored");
    }
    let claimed = db.claim_events(10, &[], tomorrow, tomorrow).await.expect("claimed");
    db.fail_events(&claimed.events, "Stripe is not reachable", |_| None).await.expect("dead");
    db.store_events(vec![event("evt_waiting", &customer)], tomorrow).await.expect("stored");
}

async fn list(world: &World, state: &str) -> Value {
    world.command(&["events", "list", "--state", state, "--json"]).await.json()
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().filter_map(|event| event["id"].as_str()).collect()
}

on_both_databases! {
    async fn events_are_listed_by_what_became_of_them(world: World) {
        troubled(&world).await;
        let dead = list(&world, "dead").await;
        assert_eq!(ids(&dead), ["evt_dead_1", "evt_dead_2"]);
        let first = &dead[0];
        let facts = json!([first["type"], first["state"], first["attempts"], first["error"]]);
        assert_eq!(facts, json!(["ping", "dead", 1, "Stripe is not reachable"]));
        assert_eq!(ids(&list(&world, "waiting").await), ["evt_waiting"]);
        assert_eq!(ids(&list(&world, "all").await), ["evt_dead_1", "evt_dead_2", "evt_waiting"]);
        let table = world.command(&["events", "list"]).await.done();
        assert!(table.starts_with("ID") && table.lines().count() == 3, "{table}");
    }

    async fn an_event_of_which_no_attempt_comes_to_an_end_dies(world: World) {
        troubled(&world).await;
        let due = "UPDATE stripe_events SET attempts = 80, due_at = '2026-01-01 00:00:00' WHERE id = 'evt_waiting'";
        world.sql(due).await.expect("a statement");
        let event = world.event_when("evt_waiting", |event| event.state == EventState::Dead).await;
        assert_eq!(event.last_error.as_deref(), Some("no attempt to process it came to an end"));
    }

    async fn an_event_is_shown_with_all_that_is_kept_of_it(world: World) {
        troubled(&world).await;
        let shown = world.command(&["events", "show", "evt_dead_1"]).await.done();
        for text in ["evt_dead_1", "dead", "in_1", "Stripe is not reachable"] {
            assert!(shown.contains(text), "{text}: {shown}");
        }
        let json = world.command(&["events", "show", "evt_waiting", "--json"]).await.json();
        assert_eq!((&json["state"], &json["error"]), (&json!("waiting"), &Value::Null));
        assert!(json["next_try_at"].is_string());
        let none = world.command(&["events", "show", "evt_none"]).await;
        none.fails(1, "there is no event 'evt_none'");
    }

    async fn a_replayed_event_is_worked_on_at_once(world: World) {
        troubled(&world).await;
        let said = world.command(&["events", "replay", "evt_dead_1", "evt_waiting"]).await.line();
        assert_eq!(said, "Put 2 events back to waiting.");
        world.event_done("evt_dead_1").await;
        world.event_done("evt_waiting").await;
        assert_eq!(ids(&list(&world, "all").await), ["evt_dead_2"]);
        let none = world.command(&["events", "replay", "evt_dead_2", "evt_none"]).await;
        none.fails(1, "there is no event 'evt_none'");
        assert_eq!(ids(&list(&world, "dead").await), ["evt_dead_2"]);
        // Replaying an event that is done only syncs its tenant again.
        world.command(&["events", "replay", "evt_dead_1"]).await.line();
        world.event_done("evt_dead_1").await;
    }

    async fn all_dead_events_are_replayed(world: World) {
        troubled(&world).await;
        let said = world.command(&["events", "replay", "--all-dead"]).await.line();
        assert_eq!(said, "Put 2 events back to waiting.");
        world.event_done("evt_dead_1").await;
        world.event_done("evt_dead_2").await;
        let said = world.command(&["events", "replay", "--all-dead"]).await.line();
        assert_eq!(said, "Put 0 events back to waiting.");
        assert_eq!(ids(&list(&world, "all").await), ["evt_waiting"]);
    }
}
