//! What moving the clock causes.

use reqwest::Method;

use crate::helpers::{Bench, DAY, HOUR, id};

#[tokio::test]
async fn a_trial_ends_in_an_active_paid_subscription() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(3, true, "4242424242424242").await;
    let end = subscription["trial_end"].as_i64().unwrap();
    bench.advance(end).await;
    let after = bench.subscription(&id(&subscription)).await;
    assert_eq!(after["status"], "active");
    let draft = bench.get(&format!("invoices/{}", after["latest_invoice"].as_str().unwrap())).await;
    assert_eq!(
        (draft["status"].as_str(), draft["automatically_finalizes_at"].as_i64()),
        (Some("draft"), Some(end + HOUR))
    );
    bench.advance(end + HOUR).await;
    assert_eq!(after["items"]["data"][0]["current_period_start"], end);
    assert!(
        (28 * DAY..=31 * DAY)
            .contains(&(after["items"]["data"][0]["current_period_end"].as_i64().unwrap() - end))
    );
    let invoice =
        bench.get(&format!("invoices/{}", after["latest_invoice"].as_str().unwrap())).await;
    assert_eq!(
        (invoice["amount_paid"].as_i64(), invoice["billing_reason"].as_str()),
        (Some(14_700), Some("subscription_cycle"))
    );
    assert_eq!(invoice["created"], end);
    let events = bench.events().await;
    let tail = [
        "customer.subscription.trial_will_end",
        "customer.subscription.updated",
        "invoice.created",
        "invoice.finalized",
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.paid",
        "invoice.payment_succeeded",
    ];
    assert_eq!(events[events.len() - tail.len()..], tail);
}

#[tokio::test]
async fn a_card_that_declines_later_leaves_the_subscription_past_due_until_it_is_paid() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, true, "4000000000000341").await;
    bench.advance(subscription["trial_end"].as_i64().unwrap() + HOUR).await;
    let after = bench.subscription(&id(&subscription)).await;
    assert_eq!(after["status"], "past_due");
    let invoice = after["latest_invoice"].as_str().unwrap();
    assert_eq!(bench.get(&format!("invoices/{invoice}")).await["status"], "open");
    bench.inbox.wait_for("invoice.payment_failed").await;
    assert_eq!(bench.try_post(&format!("invoices/{invoice}/pay"), "").await.status, 402);

    let customer = after["customer"].as_str().unwrap();
    let portal = bench.post("billing_portal/sessions", &format!("customer={customer}")).await;
    bench
        .form(
            &format!("{}/card", portal["url"].as_str().unwrap()),
            &crate::helpers::card_form("4242424242424242"),
        )
        .await;
    assert_eq!(bench.subscription(&id(&subscription)).await["status"], "past_due");
    assert_eq!(bench.post(&format!("invoices/{invoice}/pay"), "").await["status"], "paid");
    assert_eq!(bench.subscription(&id(&subscription)).await["status"], "active");
}

#[tokio::test]
async fn periods_renew_month_after_month() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, false, "4242424242424242").await;
    let start = subscription["items"]["data"][0]["current_period_start"].as_i64().unwrap();
    bench.advance(start + 100 * DAY).await;
    let invoices = bench.get(&format!("invoices?subscription={}", id(&subscription))).await;
    assert_eq!(invoices["data"].as_array().unwrap().len(), 4);
    assert!(
        invoices["data"].as_array().unwrap().iter().all(|invoice| invoice["amount_paid"] == 4_900)
    );
}

#[tokio::test]
async fn a_scheduled_cancellation_ends_the_subscription_at_the_periods_end() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, true, "4242424242424242").await;
    let sub = id(&subscription);
    let scheduled = bench.post(&format!("subscriptions/{sub}"), "cancel_at_period_end=true").await;
    assert_eq!(
        (scheduled["status"].as_str(), scheduled["cancel_at_period_end"].as_bool()),
        (Some("trialing"), Some(true))
    );
    let resumed = bench.post(&format!("subscriptions/{sub}"), "cancel_at_period_end=false").await;
    assert!(resumed["canceled_at"].is_null() && resumed["cancel_at"].is_null());
    bench.post(&format!("subscriptions/{sub}"), "cancel_at_period_end=true").await;
    let end = subscription["trial_end"].as_i64().unwrap();
    bench.advance(end + DAY).await;
    let after = bench.subscription(&sub).await;
    assert_eq!(
        (after["status"].as_str(), after["ended_at"].as_i64()),
        (Some("canceled"), Some(end))
    );
    assert!(after["canceled_at"].as_i64().unwrap() < end);
    assert_eq!(bench.get("subscriptions").await["data"], serde_json::json!([]));
    assert_eq!(bench.get("subscriptions?status=all").await["data"].as_array().unwrap().len(), 1);
    bench.inbox.wait_for("customer.subscription.deleted").await;
}

#[tokio::test]
async fn a_cancellation_at_the_periods_end_replaces_a_later_one() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, true, "4242424242424242").await;
    let path = format!("subscriptions/{}", id(&subscription));
    let end = subscription["trial_end"].as_i64().unwrap();
    let later = bench.post(&path, &format!("cancel_at={}", end + 60 * DAY)).await;
    assert_eq!(later["cancel_at"], end + 60 * DAY);
    let sooner = bench.post(&path, "cancel_at_period_end=true").await;
    assert_eq!(
        (sooner["cancel_at"].as_i64(), sooner["cancel_at_period_end"].as_bool()),
        (Some(end), Some(true))
    );
}

#[tokio::test]
async fn an_immediate_cancellation_ends_it_now() {
    let bench = Bench::start().await;
    let sub = id(&bench.subscribe(1, true, "4242424242424242").await);
    let request = bench.request(Method::DELETE, &format!("subscriptions/{sub}"));
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(bench.subscription(&sub).await["status"], "canceled");
    let again = bench.request(Method::DELETE, &format!("subscriptions/{sub}"));
    assert_eq!(again.send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn the_clock_does_not_run_backwards() {
    let bench = Bench::start().await;
    assert_eq!(bench.form("/_sandbox/advance", "to=1").await.status, 400);
    assert_eq!(bench.form("/_sandbox/advance", "by=999999999999").await.status, 400);
    assert_eq!(bench.form("/_sandbox/advance", "by=60").await.status, 200);
}
