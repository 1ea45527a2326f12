//! Delivery: signed, in order, retried after a failure, and as a developer plans it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::helpers::{Answer, Bench, Inbox, SECRET, id};

#[tokio::test]
async fn every_event_is_signed_over_its_raw_body_and_comes_in_order() {
    let bench = Bench::start().await;
    bench.subscribe(1, true, "4242424242424242").await;
    bench.inbox.wait_for("checkout.session.completed").await;
    let received = bench.inbox.all();
    for message in &received {
        assert!(message.is_signed_with(SECRET));
        let (time, _) = message.signature.strip_prefix("t=").unwrap().split_once(',').unwrap();
        assert!((chrono::Utc::now().timestamp() - time.parse::<i64>().unwrap()).abs() < 60);
    }
    let types: Vec<String> = received
        .iter()
        .map(|message| {
            serde_json::from_str::<Value>(&message.body).unwrap()["type"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(types, bench.events().await);
}

#[tokio::test]
async fn checkout_redirects_only_after_its_completion_was_answered() {
    let bench = Bench::start().await;
    bench.subscribe(1, true, "4242424242424242").await;
    let seen = bench
        .inbox
        .all()
        .iter()
        .any(|message| message.body.contains("\"checkout.session.completed\""));
    assert!(seen);
}

#[tokio::test]
async fn a_refused_event_is_sent_again() {
    let bench = Bench::start().await;
    bench.inbox.refuse_next(1);
    bench.customer().await;
    bench.inbox.wait_for("customer.created").await;
    for _ in 0..40 {
        if bench.get("events?delivery_success=true").await["data"].as_array().unwrap().len() == 1 {
            let event = &bench.get("events").await["data"][0];
            assert_eq!(event["pending_webhooks"], 0);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the event was not marked as delivered");
}

#[tokio::test]
async fn an_event_can_be_sent_once_more_by_hand() {
    let bench = Bench::start().await;
    bench.customer().await;
    bench.inbox.wait_for("customer.created").await;
    let event = id(&bench.get("events").await["data"][0]);
    // Wait until the first answer is recorded: an event being sent is not sent again.
    while bench.get("events?delivery_success=true").await["data"] == serde_json::json!([]) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(bench.form(&format!("/_sandbox/events/{event}/resend"), "").await.status, 200);
    for _ in 0..100 {
        if bench.inbox.all().len() == 2 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it did not come again");
}

#[tokio::test]
async fn endpoints_get_only_the_events_they_asked_for_and_their_secret_is_shown_once() {
    let bench = Bench::start().await;
    let second = Inbox::start().await;
    let made = bench
        .post("webhook_endpoints", &format!("url={}&enabled_events[]=customer.deleted", second.url))
        .await;
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    assert!(bench.get(&format!("webhook_endpoints/{}", id(&made))).await.get("secret").is_none());
    let customer = bench.customer().await;
    let gone = bench
        .request(reqwest::Method::DELETE, &format!("customers/{customer}"))
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), 200);
    second.wait_for("customer.deleted").await;
    assert_eq!(second.all().len(), 1);
    assert_eq!(bench.get(&format!("customers/{customer}")).await["deleted"], true);
}

async fn control(bench: &Bench, form: &str) -> Value {
    let answer = bench.form("/_sandbox/deliveries", form).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

async fn deliveries(bench: &Bench) -> Vec<Value> {
    let listed = bench.page("/_sandbox/deliveries").await.json();
    listed["deliveries"].as_array().unwrap().clone()
}

/// Creates customers named after their order.
async fn customers(bench: &Bench, count: usize) {
    for name in 0..count {
        bench.post("customers", &format!("name={name}")).await;
    }
}

/// The names of the customers in the received events, once there are that many.
async fn came(inbox: &Inbox, count: usize) -> Vec<usize> {
    for _ in 0..200 {
        let all = inbox.all();
        if all.len() >= count {
            let name = |body: &str| {
                let event: Value = serde_json::from_str(body).unwrap();
                event["data"]["object"]["name"].as_str().unwrap().parse().unwrap()
            };
            return all.iter().map(|message| name(&message.body)).collect();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{} of {count} events came", inbox.all().len());
}

/// The ids of the events not yet delivered to every endpoint, oldest first.
async fn undelivered(bench: &Bench) -> Vec<String> {
    let list = bench.get("events?delivery_success=false&limit=100").await;
    list["data"].as_array().unwrap().iter().rev().map(id).collect()
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(150)).await;
}

#[tokio::test]
async fn held_events_wait_and_are_released_in_order_reversed_or_shuffled() {
    for (order, expected) in [
        ("", Some((0..12).collect::<Vec<_>>())),
        ("queued", Some((0..12).collect())),
        ("reversed", Some((0..12).rev().collect())),
        ("shuffled", None),
    ] {
        let bench = Bench::start().await;
        assert_eq!(control(&bench, "action=hold").await, json!({ "held": true, "rules": [] }));
        customers(&bench, 12).await;
        pause().await;
        assert_eq!(bench.inbox.all().len(), 0);
        assert!(deliveries(&bench).await.iter().all(|way| way["standing"] == "waiting"));
        let released = control(&bench, &format!("action=release&order={order}")).await;
        assert_eq!(released["held"], false);
        let mut came = came(&bench.inbox, 12).await;
        match expected {
            Some(expected) => assert_eq!(came, expected, "{order}"),
            None => {
                assert!(!came.is_sorted(), "{came:?}");
                came.sort_unstable();
                assert_eq!(came, (0..12).collect::<Vec<_>>());
            }
        }
    }
}

#[tokio::test]
async fn checkout_does_not_wait_for_an_event_that_is_held_or_dropped() {
    for form in ["action=hold", "action=drop&type=checkout.session.completed"] {
        let bench = Bench::start().await;
        control(&bench, form).await;
        let begun = Instant::now();
        bench.subscribe(1, true, "4242424242424242").await;
        assert!(begun.elapsed() < Duration::from_secs(5), "{form}: {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn a_checkout_that_waits_goes_on_when_deliveries_are_held() {
    let bench = Bench::start().await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    bench.post("webhook_endpoints", &format!("url={url}&enabled_events[]=*")).await;
    let session = bench.session(&bench.customer().await, 1, "").await;
    let begun = Instant::now();
    let card = crate::helpers::card_form("4242424242424242");
    let paying = bench.form(session["url"].as_str().unwrap(), &card);
    let holding = async {
        bench.inbox.wait_for("checkout.session.completed").await;
        control(&bench, "action=hold").await;
    };
    assert_eq!(tokio::join!(paying, holding).0.status, 303);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn dropped_events_stay_undelivered_until_they_are_resent() {
    let bench = Bench::start().await;
    let armed = control(&bench, "action=drop&count=2&type=customer.*").await;
    assert_eq!(armed["rules"], json!([{ "action": "drop", "type": "customer.*", "left": 2 }]));
    customers(&bench, 3).await;
    assert_eq!(came(&bench.inbox, 1).await, [2]);
    pause().await;
    assert_eq!(bench.inbox.all().len(), 1);
    let dropped = undelivered(&bench).await;
    assert_eq!(dropped.len(), 2);
    assert_eq!(bench.get(&format!("events/{}", dropped[0])).await["pending_webhooks"], 1);
    assert_eq!(deliveries(&bench).await[0]["standing"], "dropped");

    for event in &dropped {
        let answer = bench.form(&format!("/_sandbox/events/{event}/resend"), "").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    assert_eq!(came(&bench.inbox, 3).await, [2, 0, 1]);
    pause().await;
    assert_eq!(undelivered(&bench).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_duplicated_event_comes_twice_and_others_once() {
    let bench = Bench::start().await;
    control(&bench, "action=duplicate&type=customer.created").await;
    bench.post("products", "name=9").await;
    customers(&bench, 2).await;
    assert_eq!(came(&bench.inbox, 4).await, [9, 0, 0, 1]);
    pause().await;
    assert_eq!(bench.inbox.all().len(), 4);
    assert_eq!(undelivered(&bench).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_was_to_happen_to_events_can_be_taken_back() {
    let bench = Bench::start().await;
    control(&bench, "action=drop&count=9").await;
    assert_eq!(control(&bench, "action=clear").await["rules"], json!([]));
    customers(&bench, 1).await;
    assert_eq!(came(&bench.inbox, 1).await, [0]);
}

#[tokio::test]
async fn one_waiting_event_can_be_dropped_and_sent_after_all() {
    let bench = Bench::start().await;
    control(&bench, "action=hold").await;
    customers(&bench, 2).await;
    let first = id(&bench.get("events").await["data"][1]);
    assert_eq!(bench.form(&format!("/_sandbox/events/{first}/drop"), "").await.status, 200);
    control(&bench, "action=release").await;
    assert_eq!(came(&bench.inbox, 1).await, [1]);
    pause().await;
    assert_eq!(undelivered(&bench).await, std::slice::from_ref(&first));
    assert_eq!(bench.form(&format!("/_sandbox/events/{first}/drop"), "").await.status, 400);
    bench.form(&format!("/_sandbox/events/{first}/resend"), "").await;
    assert_eq!(came(&bench.inbox, 2).await, [1, 0]);
}

#[tokio::test]
async fn every_attempt_is_listed_with_its_answer_or_why_there_was_none() {
    let bench = Bench::start().await;
    bench.post("webhook_endpoints", "url=http://127.0.0.1:9/&enabled_events[]=*").await;
    bench.inbox.refuse_next(1);
    customers(&bench, 1).await;
    came(&bench.inbox, 1).await;
    pause().await;
    let listed = deliveries(&bench).await;
    let (good, bad) = (&listed[0], &listed[1]);
    assert_eq!(good["type"], "customer.created");
    assert_eq!((&good["url"], &good["standing"]), (&json!(bench.inbox.url), &json!("delivered")));
    assert_eq!(
        (&good["attempts"][0]["status"], &good["attempts"][1]["status"]),
        (&json!(500), &json!(200))
    );
    let now = chrono::Utc::now().timestamp();
    assert!((good["attempts"][0]["at"].as_i64().unwrap() - now).abs() < 60);
    assert_eq!(
        (&bad["standing"], &bad["attempts"][0]["error"]),
        (&json!("waiting"), &json!("could not connect"))
    );
}

#[tokio::test]
async fn an_event_is_only_resent_to_enabled_endpoints_that_it_was_made_for() {
    let bench = Bench::start().await;
    bench.customer().await;
    bench.inbox.wait_for("customer.created").await;
    let event = id(&bench.get("events").await["data"][0]);
    let endpoint = id(&bench.get("webhook_endpoints").await["data"][0]);
    bench.post(&format!("webhook_endpoints/{endpoint}"), "disabled=true").await;
    bench.customer().await;
    let unsent = id(&bench.get("events").await["data"][0]);
    for event in [event, unsent, "evt_x".to_owned()] {
        let answer = bench.form(&format!("/_sandbox/events/{event}/resend"), "").await;
        assert_eq!(answer.status, 400, "{}", answer.text);
    }
}

#[tokio::test]
async fn a_control_that_makes_no_sense_is_refused_with_what_does() {
    let bench = Bench::start().await;
    for (form, says) in [
        ("", "hold, release, drop, duplicate, clear"),
        ("action=release&order=odd", "queued, reversed, shuffled"),
        ("action=drop&count=-1", "from 1 on"),
        ("action=duplicate&type=<b>", "customer.subscription.*"),
    ] {
        let answer: Answer = bench.form("/_sandbox/deliveries", form).await;
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(answer.status == 400 && message.contains(says), "{form}: {message}");
    }
}
