//! Delivery: signed, in order, again after a failure.

use hmac::{Hmac, Mac};
use serde_json::Value;

use crate::helpers::{Bench, Inbox, SECRET, id};

#[tokio::test]
async fn every_event_is_signed_over_its_raw_body_and_comes_in_order() {
    let bench = Bench::start().await;
    bench.subscribe(1, true, "4242424242424242").await;
    bench.inbox.wait_for("checkout.session.completed").await;
    let received = bench.inbox.all();
    for message in &received {
        let (time, signature) =
            message.signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(format!("{time}.{}", message.body).as_bytes());
        assert_eq!(hex::encode(mac.finalize().into_bytes()), signature);
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
    // Wait until the first answer is recorded: what is on its way is not sent twice.
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
