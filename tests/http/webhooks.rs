use crate::helpers::*;
use portal::store::{Claimed, EventState};
use reqwest::Method;
use serde_json::{Value, json};

pub fn event(id: &str, event_type: &str, object: Value) -> Value {
    json!({
        "id": id, "object": "event", "type": event_type, "created": 1_790_000_000,
        "livemode": false, "api_version": "2026-09-30.endive", "data": {"object": object},
    })
}

/// An event that needs no work.
fn ping(created: chrono::DateTime<chrono::Utc>, customer_id: String) -> portal::model::StripeEvent {
    portal::model::StripeEvent {
        id: "evt_1".to_owned(),
        event_type: "ping".to_owned(),
        api_version: None,
        livemode: false,
        object_id: None,
        object_type: None,
        customer_id: Some(customer_id),
        request_id: None,
        idempotency_key: None,
        created,
    }
}

on_both_databases! {
    async fn an_event_that_is_not_signed_right_is_refused_and_not_kept(world: World) {
        let body = event("evt_1", "customer.updated", json!({"id": "cus_1", "object": "customer"}));
        let body = body.to_string();
        let now = chrono::Utc::now().timestamp();
        let signed = sign(&body, "whsec_current", now);
        for signature in [
            String::new(),
            "nonsense".to_owned(),
            format!("t={now}"),
            "v1=00".to_owned(),
            format!("t={now},v1=zz"),
            sign(&body, "whsec_other", now),
            sign(&format!("{body} "), "whsec_current", now),
            sign(&body, "whsec_current", now - 301),
            sign(&body, "whsec_current", now + 400),
            signed.replace(&format!("t={now}"), &format!("t={}", now - 1)),
        ] {
            world.deliver_raw(body.clone(), &signature).await.refused(400, "bad_signature");
        }
        assert_eq!(world.inbox_event("evt_1").await, None);
        assert_eq!(world.deliver_raw(body, &signed).await.status, 200);
    }

    async fn any_signature_may_match_any_of_the_secrets(world: World) {
        let body = event("evt_1", "ping", json!({})).to_string();
        let now = chrono::Utc::now().timestamp();
        let rotated = sign(&body, "whsec_previous", now - 100);
        assert_eq!(world.deliver_raw(body.clone(), &rotated).await.status, 200);
        let right = sign(&body, "whsec_current", now);
        let several = right.replace("v1=", &format!("v1={},v0=ff,v1=", "0".repeat(64)));
        assert_eq!(world.deliver_raw(body, &several).await.status, 200);
    }

    async fn a_signed_body_that_is_no_event_is_refused(world: World) {
        for body in ["", "{", "[]", "{}", r#"{"id": "evt_1"}"#, "null"] {
            let signature = sign(body, "whsec_current", chrono::Utc::now().timestamp());
            world.deliver_raw(body.to_owned(), &signature).await.refused(400, "bad_event");
        }
    }

    async fn an_event_with_what_no_database_keeps_is_refused(world: World) {
        let kept = event("evt_1", "ping", json!({"id": "cus_1", "object": "customer"}));
        let with = |pointer: &str, value: Value| {
            let mut event = kept.clone();
            event["request"] = json!({"id": "req_1", "idempotency_key": "key"});
            *event.pointer_mut(pointer).expect("a field") = value;
            event
        };
        for event in [
            with("/id", json!("evt\u{0}")),
            with("/type", json!("ping\u{0}")),
            with("/type", json!("p".repeat(256))),
            with("/data/object/id", json!("cus\u{0}")),
            with("/request/idempotency_key", json!("a\u{0}")),
            with("/created", json!(-1_000_000_000_000_i64)),
            with("/created", json!(1_000_000_000_000_i64)),
        ] {
            world.deliver(&event).await.refused(400, "bad_event");
        }
        assert_eq!(world.deliver(&kept).await.status, 200);
    }

    async fn a_body_over_a_megabyte_is_refused(world: World) {
        let body = " ".repeat(1024 * 1024 + 1);
        let signature = sign(&body, "whsec_current", chrono::Utc::now().timestamp());
        world.deliver_raw(body, &signature).await.refused(413, "too_large");
    }

    async fn unknown_types_and_unknown_customers_are_taken_and_done_with(world: World) {
        let unknown_type = event("evt_type", "moon.phase_changed", json!({"surprise": [1, 2]}));
        let customer = json!({"id": "sub_x", "object": "subscription", "customer": "cus_nobody"});
        let unknown_customer = event("evt_customer", "customer.subscription.updated", customer);
        for event in [unknown_type, unknown_customer] {
            assert_eq!(world.deliver(&event).await.status, 200);
            let id = event["id"].as_str().expect("an id");
            assert_eq!(world.event_done(id).await.attempts, 0);
            // Replayed, it still belongs to no tenant.
            let now = chrono::Utc::now();
            assert_eq!(world.portal.db.replay_events(&[id], now).await.expect("replayed"), 1);
            world.event_when(id, |event| event.state == EventState::Done && event.attempts == 1).await;
        }
    }

    async fn an_event_that_says_nothing_of_a_subscription_asks_stripe_for_nothing(world: World) {
        let owner = world.subscribed(1).await;
        let customer = owner.tenant().await["stripe_customer_id"].take();
        let call = ("call", "GET /v1/subscriptions");
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "1000"), call]).await;
        let updated = event("evt_1", "customer.updated", json!({"id": customer, "object": "customer"}));
        assert_eq!(world.deliver(&updated).await.status, 200);
        assert_eq!(world.event_done("evt_1").await.attempts, 1);
    }

    async fn a_duplicate_is_answered_and_worked_on_once(world: World) {
        let customer = json!({"id": world.customer().await, "object": "customer"});
        let event = event("evt_1", "ping", customer);
        assert_eq!(world.deliver(&event).await.status, 200);
        world.event_done("evt_1").await;
        assert_eq!(world.deliver(&event).await.status, 200);
        assert_eq!(world.event_done("evt_1").await.attempts, 1);
    }

    async fn a_dead_event_that_stripe_sends_again_is_worked_on_again(world: World) {
        let db = &world.portal.db;
        let event = ping(chrono::Utc::now(), world.customer().await);
        // In the future, so that the portal's own worker leaves it alone.
        let later = chrono::Utc::now() + chrono::TimeDelta::hours(1);
        assert!(!db.store_events(vec![event.clone()], later).await.expect("stored").is_empty());
        assert!(db.store_events(vec![event], later).await.expect("seen before").is_empty());
        let lease = later + chrono::TimeDelta::minutes(2);
        let claimed = db.claim_events(10, &[], later, lease).await.expect("claimed");
        assert_eq!(claimed.events.len(), 1);
        assert_eq!(db.claim_events(10, &[], later, lease).await.expect("claimed"), Claimed::default());
        db.fail_events(&claimed.events, "Stripe is away", |_| None).await.expect("dead");
        let event = world.inbox_event("evt_1").await.expect("an event");
        let error = event.last_error.as_deref();
        assert_eq!((event.state, error), (EventState::Dead, Some("Stripe is away")));

        let event = json!({
            "id": "evt_1", "type": "ping", "created": 1_790_000_000, "livemode": false,
            "api_version": null, "data": {"object": {}},
        });
        assert_eq!(world.deliver(&event).await.status, 200);
        world.event_done("evt_1").await;
    }

    async fn a_worker_that_lost_its_claim_does_not_decide_for_the_one_that_has_it(world: World) {
        let db = &world.portal.db;
        let later = chrono::Utc::now() + chrono::TimeDelta::hours(1);
        let event = ping(later, world.customer().await);
        db.store_events(vec![event], later).await.expect("stored");
        let slow = db.claim_events(10, &[], later, later).await.expect("claimed");
        let fast = db.claim_events(10, &[], later, later).await.expect("claimed");
        db.fail_events(&slow.events, "too slow", |_| None).await.expect("ignored");
        db.finish_events(&fast.events).await.expect("done");
        let event = world.inbox_event("evt_1").await.expect("an event");
        assert_eq!((event.state, event.attempts), (EventState::Done, 2));
    }

    async fn a_late_event_does_not_revive_a_canceled_subscription(world: World) {
        let owner = world.subscribed(2).await;
        let tenant = owner.tenant().await;
        let now = json!({"tenant_id": DEMO, "at": "now"});
        owner.post("/api/portal/billing/cancel", now).await.ok();
        let late = json!({
            "id": tenant["stripe_subscription_id"], "object": "subscription",
            "customer": tenant["stripe_customer_id"], "status": "active",
            "items": {"data": [{"quantity": 99}]},
        });
        for _ in 0..2 {
            let event = event("evt_late", "customer.subscription.updated", late.clone());
            assert_eq!(world.deliver(&event).await.status, 200);
        }
        world.event_done("evt_late").await;
        let tenant = owner.tenant().await;
        assert_eq!(tenant["subscription_status"], "canceled");
        assert_eq!(tenant["agent_quota"], 0);
    }

    async fn all_of_stripe_s_events_twice_and_backwards_change_nothing(world: World) {
        let owner = world.subscribed(2).await;
        owner.hire("Ada").await.ok();
        let before = owner.tenant().await;
        let events = world.stripe(Method::GET, "/events", &[("limit", "100")]).await;
        let events = events["data"].as_array().expect("events").clone();
        assert!(events.len() > 5, "{}", events.len());
        for round in ["a", "b"] {
            for event in &events {
                let mut again = event.clone();
                again["id"] = json!(format!("{}_{round}", event["id"].as_str().expect("an id")));
                assert_eq!(world.deliver(&again).await.status, 200);
                assert_eq!(world.deliver(&again).await.status, 200);
            }
        }
        for event in &events {
            let id = format!("{}_b", event["id"].as_str().expect("an id"));
            world.event_done(&id).await;
        }
        let mut after = owner.tenant().await;
        for when in ["synced_at", "synced_by"] {
            after[when] = before[when].clone();
        }
        assert_eq!(after, before);
        assert_eq!(owner.agents().await, ["Ada on"]);
    }

    async fn a_slow_sync_does_not_overwrite_a_newer_one(world: World) {
        use portal::store::{SubscriptionState, Written};
        let owner = world.subscribed(2).await;
        let db = &world.portal.db;
        let tenant_id = DEMO.parse().expect("an id");
        let slow = db.take_fence(&tenant_id).await.expect("a query").expect("a fence");
        owner.post("/api/portal/billing/refresh", json!({"tenant_id": DEMO})).await.ok();
        let stale = SubscriptionState {
            subscription_id: None,
            item_id: None,
            stripe_status: None,
            status: portal::model::SubscriptionStatus::None,
            trial_ends_at: None,
            agent_quota: 0,
            current_period_end: None,
            cancels_at: None,
            price: None,
            livemode: false,
            unpaid_invoice: None,
            trial_used: false,
        };
        let now = chrono::Utc::now();
        let sync = portal::store::SyncStamp { fence: slow, by: "slow", now };
        let written = db.write_subscription(&tenant_id, sync, &stale, &|_| Vec::new()).await;
        assert_eq!(written.expect("a query"), Written::Stale);
        assert_eq!(owner.tenant().await["subscription_status"], "trialing");
    }
}
