//! Previews of the next invoice.

use serde_json::Value;

use crate::helpers::{Bench, HOUR, id};

async fn next(bench: &Bench, subscription: &Value) -> Value {
    let form =
        format!("customer={}&subscription={}", text(subscription, "customer"), id(subscription));
    bench.post("invoices/create_preview", &form).await
}

fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object[field].as_str().unwrap()
}

#[tokio::test]
async fn the_next_invoice_is_what_its_preview_said_with_credit_and_balance() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(3, false, "4242424242424242").await;
    let item = &subscription["items"]["data"][0];
    let end = item["current_period_end"].as_i64().unwrap();
    bench.advance((item["current_period_start"].as_i64().unwrap() + end) / 2).await;
    let fewer = format!("items[0][id]={}&items[0][quantity]=2", id(item));
    bench.post(&format!("subscriptions/{}", id(&subscription)), &fewer).await;
    bench.post(&format!("customers/{}", text(&subscription, "customer")), "balance=-700").await;

    let preview = next(&bench, &subscription).await;
    assert_eq!(preview["total"], 2 * 4_900 - 2_450);
    assert_eq!(preview["amount_due"], 2 * 4_900 - 2_450 - 700);
    assert_eq!((&preview["period_end"], &preview["created"]), (&end.into(), &end.into()));
    assert_eq!(preview["next_payment_attempt"], end + HOUR);
    bench.advance(end + HOUR).await;
    let renewed = bench.subscription(&id(&subscription)).await;
    let invoice = bench.get(&format!("invoices/{}", text(&renewed, "latest_invoice"))).await;
    for field in ["total", "amount_due"] {
        assert_eq!(invoice[field], preview[field], "{field}");
    }
}

#[tokio::test]
async fn a_subscription_that_ends_has_no_invoice_upcoming_but_for_what_is_pending() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(3, false, "4242424242424242").await;
    let (path, item) =
        (format!("subscriptions/{}", id(&subscription)), &subscription["items"]["data"][0]);
    bench.post(&path, "cancel_at_period_end=true").await;
    let form = format!("subscription={}", id(&subscription));
    let none = bench.try_post("invoices/create_preview", &form).await;
    assert_eq!(
        (none.status, &none.json()["error"]["code"]),
        (404, &"invoice_upcoming_none".into())
    );

    let end = item["current_period_end"].as_i64().unwrap();
    bench.advance((item["current_period_start"].as_i64().unwrap() + end) / 2).await;
    bench.post(&path, &format!("items[0][id]={}&items[0][quantity]=4", id(item))).await;
    assert_eq!(next(&bench, &subscription).await["total"], 2_450);
    bench.post(&path, "cancel_at_period_end=false").await;
    assert_eq!(next(&bench, &subscription).await["total"], 4 * 4_900 + 2_450);
}

#[tokio::test]
async fn the_invoice_of_a_change_at_once_is_of_now() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(3, false, "4242424242424242").await;
    let item = &subscription["items"]["data"][0];
    let end = item["current_period_end"].as_i64().unwrap();
    bench.advance((item["current_period_start"].as_i64().unwrap() + end) / 2).await;
    let form = format!(
        "subscription={}&subscription_details[items][0][id]={}&subscription_details[items][0][quantity]=5\
         &subscription_details[proration_behavior]=always_invoice",
        id(&subscription),
        id(item)
    );
    let preview = bench.post("invoices/create_preview", &form).await;
    assert!(preview["created"].as_i64().unwrap() < end);
    assert!(preview["next_payment_attempt"].is_null());
}

#[tokio::test]
async fn a_preview_without_a_subscription_is_not_supported() {
    let bench = Bench::start().await;
    let form = format!("customer={}", bench.customer().await);
    let refused = bench.try_post("invoices/create_preview", &form).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("The Stripe sandbox does not support"), "{}", refused.text);
}
