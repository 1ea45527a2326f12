//! What an update can change on a subscription, and what happens to it if the charge fails.

use reqwest::Method;
use serde_json::Value;

use crate::helpers::{Answer, Bench, DAY, HOUR, id};

const VISA: &str = "4242424242424242";
const DECLINES_LATER: &str = "pm_card_chargeCustomerFail";

/// Requests a number of seats, charged at once, with a `payment_behavior`.
async fn seats(bench: &Bench, subscription: &Value, count: i64, behavior: &str) -> Value {
    let item = id(&subscription["items"]["data"][0]);
    let form = format!(
        "items[0][id]={item}&items[0][quantity]={count}&proration_behavior=always_invoice&payment_behavior={behavior}"
    );
    bench.post(&format!("subscriptions/{}", id(subscription)), &form).await
}

async fn invoice(bench: &Bench, of: &Value) -> Value {
    bench.get(&format!("invoices/{}", of["latest_invoice"].as_str().unwrap())).await
}

fn quantity(subscription: &Value) -> &Value {
    &subscription["items"]["data"][0]["quantity"]
}

#[tokio::test]
async fn another_pending_update_voids_the_invoice_of_the_one_before() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, false, VISA).await;
    bench.pay_with(&subscription, DECLINES_LATER).await;
    let first = seats(&bench, &subscription, 2, "pending_if_incomplete").await;
    let second = seats(&bench, &subscription, 3, "pending_if_incomplete").await;
    assert_eq!(second["pending_update"]["subscription_items"][0]["quantity"], 3);
    assert_eq!(invoice(&bench, &first).await["status"], "void");
    assert_eq!(invoice(&bench, &second).await["status"], "open");
    let page = format!("/i/{}", first["latest_invoice"].as_str().unwrap());
    let late = bench.form(&format!("{page}/pay"), "").await;
    assert!(late.header("location").ends_with(&page), "{}", late.header("location"));

    bench.pay_with(&subscription, "pm_card_visa").await;
    let pay = |of: &Value| format!("invoices/{}/pay", of["latest_invoice"].as_str().unwrap());
    assert_eq!(bench.try_post(&pay(&first), "").await.status, 400);
    bench.post(&pay(&second), "").await;
    let paid = bench.subscription(&id(&subscription)).await;
    assert_eq!((quantity(&paid), &paid["pending_update"]), (&3.into(), &Value::Null));
}

#[tokio::test]
async fn an_update_that_is_paid_at_once_takes_the_place_of_one_that_waits() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, false, VISA).await;
    bench.pay_with(&subscription, DECLINES_LATER).await;
    let waits = seats(&bench, &subscription, 2, "pending_if_incomplete").await;
    bench.pay_with(&subscription, "pm_card_visa").await;
    let paid = seats(&bench, &subscription, 3, "pending_if_incomplete").await;
    assert_eq!((quantity(&paid), &paid["pending_update"]), (&3.into(), &Value::Null));
    assert_eq!(invoice(&bench, &paid).await["status"], "paid");
    assert_eq!(invoice(&bench, &waits).await["status"], "void");
}

#[tokio::test]
async fn a_trial_goes_on_where_the_card_declines_and_that_is_to_be_an_error() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(2, true, "4000000000000341").await;
    let path = format!("subscriptions/{}", id(&subscription));
    let error = "trial_end=now&payment_behavior=error_if_incomplete";
    let refused = bench.try_post(&path, error).await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (402, &"card_declined".into()));
    let pending = "trial_end=now&payment_behavior=pending_if_incomplete";
    let refused = bench.try_post(&path, pending).await;
    assert!(refused.status == 400 && refused.text.contains("does not support"), "{}", refused.text);
    assert_eq!(bench.subscription(&id(&subscription)).await, subscription);
    assert_eq!(bench.get("invoices").await["data"].as_array().unwrap().len(), 1);

    bench.pay_with(&subscription, "pm_card_visa").await;
    let active = bench.post(&path, error).await;
    assert_eq!(active["status"], "active");
    assert_eq!(invoice(&bench, &active).await["amount_paid"], 9_800);
}

#[tokio::test]
async fn a_payment_that_is_left_to_the_customer_is_not_tried_and_past_due_until_then() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, false, VISA).await;
    let changed = seats(&bench, &subscription, 3, "default_incomplete").await;
    assert_eq!((&changed["status"], quantity(&changed)), (&"past_due".into(), &3.into()));
    bench.advance(changed["created"].as_i64().unwrap() + 3 * DAY).await;
    let open = invoice(&bench, &changed).await;
    assert_eq!((&open["status"], &open["attempt_count"]), (&"open".into(), &0.into()));
    bench.post(&format!("invoices/{}/pay", id(&open)), "").await;
    assert_eq!(bench.subscription(&id(&subscription)).await["status"], "active");

    let trial = bench.subscribe(1, true, VISA).await;
    let form = "trial_end=now&payment_behavior=default_incomplete";
    let begun = bench.post(&format!("subscriptions/{}", id(&trial)), form).await;
    assert_eq!(begun["status"], "past_due");
    let open = invoice(&bench, &begun).await;
    assert_eq!((&open["status"], &open["attempt_count"]), (&"open".into(), &0.into()));
}

#[tokio::test]
async fn before_its_first_payment_a_subscription_can_be_labelled_and_cancelled_only() {
    let bench = Bench::start().await;
    let (customer, price) = (bench.customer().await, bench.price().await);
    let form = format!("customer={customer}&items[0][price]={price}");
    let made = bench.post("subscriptions", &form).await;
    assert_eq!(made["status"], "incomplete");
    let (path, item) = (format!("subscriptions/{}", id(&made)), id(&made["items"]["data"][0]));
    assert_eq!(bench.post(&path, "metadata[a]=b").await["metadata"]["a"], "b");
    for (path, form) in [
        (path.clone(), format!("items[0][id]={item}&items[0][quantity]=2")),
        (path.clone(), "cancel_at_period_end=true".to_owned()),
        (path.clone(), "metadata[a]=c&description=d".to_owned()),
        (format!("subscription_items/{item}"), "quantity=2".to_owned()),
        ("subscription_items".to_owned(), format!("subscription={}&price={price}", id(&made))),
    ] {
        let refused = bench.try_post(&path, &form).await;
        assert_eq!(refused.status, 400, "{path} {form}: {}", refused.text);
    }
    let after = bench.subscription(&id(&made)).await;
    assert_eq!((quantity(&after), &after["metadata"]["a"]), (&1.into(), &"b".into()));
    let ended = Answer::read(bench.request(Method::DELETE, &path).send().await.unwrap()).await;
    assert_eq!((ended.status, &ended.json()["status"]), (200, &"canceled".into()));
}

#[tokio::test]
async fn what_cannot_wait_in_a_pending_update_is_refused() {
    let bench = Bench::start().await;
    let (customer, price) = (bench.customer().await, bench.price().await);
    let form = format!(
        "customer={customer}&items[0][price]={price}&payment_behavior=pending_if_incomplete"
    );
    let refused = bench.try_post("subscriptions", &form).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]["param"]),
        (400, &"payment_behavior".into())
    );
    let subscription = bench.subscribe(1, false, VISA).await;
    let path = format!("subscriptions/{}", id(&subscription));
    for (form, says) in [
        ("cancel_at_period_end=true", "does not support cancel_at_period_end"),
        ("metadata[a]=b", "does not support metadata"),
        ("description=d", "are not allowed with"),
    ] {
        let form = format!("{form}&payment_behavior=pending_if_incomplete");
        let refused = bench.try_post(&path, &form).await;
        assert!(refused.status == 400 && refused.text.contains(says), "{}", refused.text);
    }
    assert_eq!(bench.subscription(&id(&subscription)).await, subscription);
}

#[tokio::test]
async fn a_trial_is_moved_but_not_given_to_a_subscription_that_is_in_none() {
    let bench = Bench::start().await;
    let trial = bench.subscribe(1, true, VISA).await;
    let end = trial["trial_end"].as_i64().unwrap() + HOUR;
    let moved =
        bench.post(&format!("subscriptions/{}", id(&trial)), &format!("trial_end={end}")).await;
    let period_end = &moved["items"]["data"][0]["current_period_end"];
    assert_eq!((&moved["trial_end"], period_end), (&end.into(), &end.into()));

    let active = bench.subscribe(1, false, VISA).await;
    let path = format!("subscriptions/{}", id(&active));
    let refused = bench.try_post(&path, &format!("trial_end={end}")).await;
    assert_eq!((refused.status, &refused.json()["error"]["param"]), (400, &"trial_end".into()));
    assert_eq!(bench.subscription(&id(&active)).await, active);
}
