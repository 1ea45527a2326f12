//! More load than the portal can handle, a slow Stripe, and noisy tenants.

use crate::helpers::*;
use futures_util::future::join_all;
use portal::model::Role;
use portal::store::{DbPool, EventState, InboxEvent};
use reqwest::header::RETRY_AFTER;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::task::JoinHandle;

const BEHIND_A_PROXY: Environment = &[("TRUSTED_PROXIES", "127.0.0.1")];
const FEW_PLACES: Environment = &[("REQUESTS_AT_ONCE", "8")];

async fn get(world: &World, path: &str) -> Response {
    world.anonymous().request(Method::GET, path).send().await.expect("an answer")
}

/// Requests until the response has this status.
async fn until(world: &World, path: &str, status: StatusCode) -> Response {
    let asked = async || Some(get(world, path).await).filter(|answer| answer.status() == status);
    eventually(path, asked).await
}

fn ping(id: &str) -> Value {
    json!({
        "id": id, "type": "ping", "created": 1_790_000_000, "livemode": false,
        "api_version": null, "data": {"object": {}},
    })
}

/// Sends this many requests at once for the demo tenant's invoices, which Stripe doesn't answer.
async fn noise(world: &World, owner: &Arc<Person>, count: usize) -> Vec<JoinHandle<StatusCode>> {
    let call = ("call", "GET /v1/invoices");
    world.control("/_sandbox/faults", &[("fault", "timeout"), ("count", "1000"), call]).await;
    let ask = |_| {
        let owner = owner.clone();
        tokio::spawn(async move {
            owner.get(&format!("/api/portal/billing/invoices?tenant_id={DEMO}")).await.status
        })
    };
    (0..count).map(ask).collect()
}

on_both_databases! {
    async fn more_than_can_be_done_is_refused_at_once_and_taken_again_afterwards(
        world: World, FEW_PLACES
    ) {
        let owner = Arc::new(world.subscribed(2).await);
        // A webhook still being handled would hold a place and then free it.
        owner.settled().await;
        let waiting = noise(&world, &owner, 30).await;
        let refused = until(&world, "/login", StatusCode::SERVICE_UNAVAILABLE).await;
        assert!(refused.headers().contains_key(RETRY_AFTER), "{refused:?}");
        world.deliver(&ping("evt_1")).await.refused(503, "busy");
        for path in ["/healthz", "/readyz"] {
            assert_eq!(get(&world, path).await.status(), 200, "{path}");
        }
        assert_eq!(world.inbox_event("evt_1").await, None);

        waiting.iter().for_each(JoinHandle::abort);
        until(&world, "/login", StatusCode::OK).await;
        assert_eq!(world.deliver(&ping("evt_1")).await.status, 200);
    }

    async fn a_slow_stripe_does_not_stop_pages(world: World) {
        let owner = Arc::new(world.subscribed(2).await);
        let waiting = noise(&world, &owner, 8).await;
        for page in ["/billing", "/agents", "/activity"] {
            let answer = owner.request(Method::GET, page).send().await.expect("an answer");
            assert_eq!(answer.status(), 200, "{page}");
        }
        assert_eq!(world.deliver(&ping("evt_1")).await.status, 200);
        // All of that was answered while every request waiting for Stripe was still open.
        assert!(waiting.iter().all(|one| !one.is_finished()));
    }

    async fn sign_ins_leave_room_for_webhooks_and_entitlements(world: World, BEHIND_A_PROXY) {
        let nobody = world.anonymous();
        // Fewer than there are places for requests, but more than may wait for a core.
        let sign_in = async |number: u8| {
            let body = json!({"email": format!("{number}@example.com"), "password": "a guess"});
            let request = nobody.request(Method::POST, "/api/auth/login");
            let request = request.header("x-forwarded-for", format!("192.0.2.{number}"));
            Answer::from(request.json(&body).send().await.expect("an answer")).await
        };
        let others = async {
            for number in 0..10 {
                assert_eq!(world.deliver(&ping(&format!("evt_{number}"))).await.status, 200);
                world.ask_entitlements(DEMO, ENTITLEMENTS_TOKEN).await.ok();
            }
        };
        let (answers, ()) = tokio::join!(join_all((0..200).map(sign_in)), others);
        let (refused, checked): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|answer| answer.status == 503);
        assert!(!refused.is_empty() && !checked.is_empty(), "{}", refused.len());
        refused.into_iter().for_each(|answer| answer.refused(503, "busy"));
        checked.into_iter().for_each(|answer| answer.refused(401, "wrong_credentials"));
    }

    async fn a_noisy_tenant_is_held_back_and_the_others_are_not(world: World) {
        let other = world.person("other@example.com", "tenant_other", Role::Owner).await;
        let owner = Arc::new(world.subscribed(2).await);
        let mut noisy = noise(&world, &owner, 60).await;
        let (first, _, rest) = futures_util::future::select_all(noisy).await;
        assert_eq!(first.expect("an answer"), StatusCode::SERVICE_UNAVAILABLE);
        noisy = rest;
        let body = json!({"tenant_id": "tenant_other", "agent_count": 1});
        let checkout = other.post("/api/portal/billing/checkout", body).await.ok();
        assert!(checkout["checkout_url"].is_string(), "{checkout}");
        assert!(noisy.iter().any(|one| !one.is_finished()));

        noisy.iter().for_each(JoinHandle::abort);
        world.control("/_sandbox/faults/clear", &[]).await;
        let path = format!("/api/portal/billing/invoices?tenant_id={DEMO}");
        let asked = async || owner.get(&path).await.status;
        eventually("the tenant is let in", async || (asked().await == StatusCode::OK).then_some(()))
            .await;
    }

    async fn a_tenant_with_many_events_is_one_among_others(world: World) {
        let db = &world.portal.db;
        let mut customers = Vec::new();
        for tenant in ["noisy", "quiet", "third"] {
            let owner = world.person(&format!("{tenant}@example.com"), tenant, Role::Owner).await;
            let wish = json!({"tenant_id": tenant, "agent_count": 1});
            owner.post("/api/portal/billing/checkout", wish).await.ok();
            let path = format!("/api/portal/tenant?tenant_id={tenant}");
            let customer = owner.get(&path).await.ok()["stripe_customer_id"].clone();
            customers.push(customer.as_str().expect("a customer").to_owned());
        }
        let [noisy, quiet, third] = customers.try_into().expect("three");
        // In the future, so that the portal's own worker leaves them alone.
        let later = chrono::Utc::now() + chrono::TimeDelta::hours(1);
        let event = |number: i64, customer: &str| portal::model::StripeEvent {
            id: format!("evt_{customer}_{number}"),
            event_type: "ping".to_owned(),
            api_version: None,
            livemode: false,
            object_id: None,
            object_type: None,
            customer_id: Some(customer.to_owned()),
            request_id: None,
            idempotency_key: None,
            created: later,
        };
        let of_noisy = (0..100).map(|number| event(number, &noisy)).collect();
        db.store_events(of_noisy, later).await.expect("stored");
        let of_nobody: Vec<_> =
            (0..9).map(|number| event(0, &format!("cus_nobody_{number}"))).collect();
        db.store_events(of_nobody.clone(), later).await.expect("stored");
        let ids: Vec<&str> = of_nobody.iter().map(|event| event.id.as_str()).collect();
        assert_eq!(db.replay_events(&ids, later).await.expect("replayed"), 9);
        let soon_after = later + chrono::TimeDelta::seconds(1);
        for customer in [&quiet, &third] {
            db.store_events(vec![event(0, customer)], soon_after).await.expect("stored");
        }
        let claimed = db.claim_events(2, &[], soon_after, soon_after + chrono::TimeDelta::hours(1)).await;
        let claimed = claimed.expect("claimed");
        let of = |tenant: &str| {
            claimed.events.iter().filter(|event| event.tenant_id.as_str() == tenant).count()
        };
        assert_eq!((of("noisy"), claimed.nobodys, of("quiet") + of("third")), (100, 9, 1));
    }

    async fn a_tenant_that_stripe_is_slow_for_holds_up_no_other_s_webhooks(world: World) {
        let owner = world.subscribed(2).await;
        owner.settled().await;
        let slow = owner.tenant().await["stripe_customer_id"].clone();
        let other = world.person("other@example.com", "tenant_other", Role::Owner).await;
        let wish = json!({"tenant_id": "tenant_other", "agent_count": 1});
        other.post("/api/portal/billing/checkout", wish).await.ok();
        let tenant = other.get("/api/portal/tenant?tenant_id=tenant_other").await.ok();
        let quick = tenant["stripe_customer_id"].clone();
        let event = |id: &str, event_type: &str, customer: &Value| {
            let mut event = ping(id);
            event["type"] = json!(event_type);
            event["data"]["object"] = json!({"id": "in_1", "object": "invoice", "customer": customer});
            event
        };
        let call = ("call", "GET /v1/invoices/{id}");
        world.control("/_sandbox/faults", &[("fault", "timeout"), ("count", "1000"), call]).await;
        let paid = event("evt_slow", "invoice.paid", &slow);
        assert_eq!(world.deliver(&paid).await.status, 200);
        world.event_when("evt_slow", |event| event.attempts == 1).await;

        // Before Stripe's silence counts as a failure; further events for the slow tenant take no other
        // place.
        for (id, customer) in [("evt_slow_too", &slow), ("evt_quick", &quick)] {
            let updated = event(id, "customer.subscription.updated", customer);
            assert_eq!(world.deliver(&updated).await.status, 200);
        }
        world.event_done("evt_quick").await;
        let waits = |event: &InboxEvent| event.state == EventState::Pending && event.attempts == 1;
        world.event_when("evt_slow", waits).await;
        world.event_when("evt_slow_too", |event| event.attempts == 0).await;
    }

    async fn events_that_arrive_together_are_each_answered_for_themselves(world: World) {
        let refusal = match &world.portal.db.pool {
            DbPool::Sqlite(_) => {
                "CREATE TRIGGER refusal BEFORE INSERT ON stripe_events WHEN NEW.id = 'evt_refused' \
                 BEGIN SELECT RAISE(ABORT, 'refused'); END"
            }
            DbPool::Postgres(_) => "ALTER TABLE stripe_events ADD CHECK (id <> 'evt_refused')",
        };
        world.sql(refusal).await.expect("a rule");
        let mut events: Vec<Value> = (0..40).map(|number| ping(&format!("evt_{number}"))).collect();
        events.insert(20, ping("evt_refused"));
        let answers = join_all(events.iter().map(|event| world.deliver(event))).await;
        for (event, answer) in events.iter().zip(answers) {
            let id = event["id"].as_str().expect("an id");
            let status = if id == "evt_refused" { 500 } else { 200 };
            assert_eq!(answer.status, status, "{id}: {}", answer.body);
            assert_eq!(world.inbox_event(id).await.is_some(), status == 200, "{id}");
        }
    }
}
