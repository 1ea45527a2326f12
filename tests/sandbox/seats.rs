//! Changing quantities: prorations, their invoices, and their previews.

use serde_json::Value;

use crate::helpers::{Bench, HOUR, id};

fn item(subscription: &Value) -> (String, i64, i64) {
    let item = &subscription["items"]["data"][0];
    (
        id(item),
        item["current_period_start"].as_i64().unwrap(),
        item["current_period_end"].as_i64().unwrap(),
    )
}

/// What the same change costs by exact arithmetic, rounded half away from zero per line.
fn expected(before: i64, after: i64, start: i64, end: i64, at: i64) -> (i64, i64) {
    let share = |quantity: i64| {
        let (whole, length) =
            (i128::from(4_900 * quantity) * i128::from(end - at) * 2, i128::from(end - start));
        i64::try_from((whole + length) / (2 * length)).unwrap()
    };
    (-share(before), share(after))
}

#[tokio::test]
async fn in_a_trial_a_change_of_seats_costs_nothing() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(3, true, "4242424242424242").await;
    let (item, ..) = item(&subscription);
    let changed = bench
        .post(
            &format!("subscriptions/{}", id(&subscription)),
            &format!("items[0][id]={item}&items[0][quantity]=4"),
        )
        .await;
    assert_eq!(changed["items"]["data"][0]["quantity"], 4);
    assert_eq!(bench.get(&format!("subscription_items/{item}")).await["quantity"], 4);
    let event = &bench.get("events?type=customer.subscription.updated").await["data"][0];
    assert_eq!(event["data"]["previous_attributes"]["items"]["data"][0]["quantity"], 3);
    let preview = bench
        .post("invoices/create_preview", &format!("subscription={}&subscription_details[items][0][id]={item}&subscription_details[items][0][quantity]=5&subscription_details[proration_behavior]=always_invoice", id(&subscription)))
        .await;
    assert_eq!(preview["total"], 0);
    let next =
        bench.post("invoices/create_preview", &format!("subscription={}", id(&subscription))).await;
    assert_eq!(next["total"], 4 * 4_900);
}

#[tokio::test]
async fn an_increase_invoiced_at_once_costs_what_its_preview_said() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(3, false, "4242424242424242").await;
    let (sub, (item, start, end)) = (id(&subscription), item(&subscription));
    let at = start + (end - start) / 3 + 7;
    bench.advance(at + 30).await;
    let preview = bench
        .post("invoices/create_preview", &format!("subscription={sub}&subscription_details[items][0][id]={item}&subscription_details[items][0][quantity]=5&subscription_details[proration_date]={at}&subscription_details[proration_behavior]=always_invoice"))
        .await;
    bench.post(&format!("subscriptions/{sub}"), &format!("items[0][id]={item}&items[0][quantity]=5&proration_behavior=always_invoice&payment_behavior=pending_if_incomplete&proration_date={at}")).await;
    let after = bench.subscription(&sub).await;
    assert_eq!(after["items"]["data"][0]["quantity"], 5);
    let invoice =
        bench.get(&format!("invoices/{}", after["latest_invoice"].as_str().unwrap())).await;
    let (credit, debit) = expected(3, 5, start, end, at);
    let amounts = |invoice: &Value| {
        invoice["lines"]["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["amount"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(amounts(&invoice), [credit, debit]);
    assert_eq!(amounts(&preview), [credit, debit]);
    assert_eq!((&invoice["total"], &invoice["status"]), (&preview["total"], &"paid".into()));
    assert_eq!(invoice["billing_reason"], "subscription_update");
}

#[tokio::test]
async fn a_declined_increase_stays_pending_until_it_is_paid_or_expires() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, true, "4000000000000341").await;
    let (sub, (item, ..)) = (id(&subscription), item(&subscription));
    bench.form(&format!("/_sandbox/subscriptions/{sub}/status"), "status=active").await;
    let change =
        format!("items[0][id]={item}&items[0][quantity]=2&proration_behavior=always_invoice");
    let refused = bench
        .try_post(
            &format!("subscriptions/{sub}"),
            &format!("{change}&payment_behavior=error_if_incomplete"),
        )
        .await;
    assert_eq!(
        (refused.status, refused.json()["error"]["type"].as_str()),
        (402, Some("card_error"))
    );
    let pending = bench
        .post(
            &format!("subscriptions/{sub}"),
            &format!("{change}&payment_behavior=pending_if_incomplete"),
        )
        .await;
    assert_eq!(pending["items"]["data"][0]["quantity"], 1);
    assert_eq!(pending["pending_update"]["subscription_items"][0]["quantity"], 2);
    assert_eq!(pending["status"], "active");
    bench.advance(pending["pending_update"]["expires_at"].as_i64().unwrap()).await;
    let after = bench.subscription(&sub).await;
    assert!(after["pending_update"].is_null() && after["items"]["data"][0]["quantity"] == 1);
    let invoice =
        bench.get(&format!("invoices/{}", pending["latest_invoice"].as_str().unwrap())).await;
    assert_eq!(invoice["status"], "void");
    let both = bench
        .try_post(
            &format!("subscriptions/{sub}"),
            &format!("{change}&payment_behavior=pending_if_incomplete&metadata[a]=b"),
        )
        .await;
    assert_eq!(both.status, 400);
}

#[tokio::test]
async fn an_increase_that_its_bank_keeps_waiting_is_over_with_its_period() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(3, false, "4242424242424242").await;
    let (sub, (item, _, end)) = (id(&subscription), item(&subscription));
    let customer = subscription["customer"].as_str().unwrap();
    let pay_with = async |card: &str| {
        let form = format!("customer={customer}");
        let card = bench.post(&format!("payment_methods/{card}/attach"), &form).await;
        let form = format!("default_payment_method={}", id(&card));
        bench.post(&format!("subscriptions/{sub}"), &form).await;
    };
    let invoice = async |of: &Value| {
        bench.get(&format!("invoices/{}", of["latest_invoice"].as_str().unwrap())).await
    };
    pay_with("pm_card_authenticationRequired").await;
    bench.advance(end - 12 * HOUR).await;
    let pending = bench.post(&format!("subscriptions/{sub}"), &format!("items[0][id]={item}&items[0][quantity]=5&proration_behavior=always_invoice&payment_behavior=pending_if_incomplete")).await;
    assert_eq!(pending["pending_update"]["expires_at"], end);
    assert_eq!(invoice(&pending).await["status"], "open");
    pay_with("pm_card_visa").await;
    bench.advance(end + HOUR).await;
    let after = bench.subscription(&sub).await;
    assert!(after["pending_update"].is_null() && after["items"]["data"][0]["quantity"] == 3);
    assert_eq!(invoice(&pending).await["status"], "void");
    let renewal = invoice(&after).await;
    assert_eq!((&renewal["status"], &renewal["total"]), (&"paid".into(), &14_700.into()));
}

#[tokio::test]
async fn prorations_that_wait_are_taken_by_the_next_invoice_and_none_makes_none() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(2, false, "4242424242424242").await;
    let (sub, (item, start, end)) = (id(&subscription), item(&subscription));
    let at = start + 5;
    bench
        .post(
            &format!("subscriptions/{sub}"),
            &format!("items[0][id]={item}&items[0][quantity]=7&proration_behavior=none"),
        )
        .await;
    bench
        .post(&format!("subscription_items/{item}"), &format!("quantity=3&proration_date={at}"))
        .await;
    bench.advance(end + HOUR).await;
    let after = bench.subscription(&sub).await;
    let invoice =
        bench.get(&format!("invoices/{}", after["latest_invoice"].as_str().unwrap())).await;
    let (credit, debit) = expected(7, 3, start, end, at);
    // Credit beyond what the month costs becomes the customer's balance.
    assert_eq!(invoice["total"], credit + debit + 3 * 4_900);
    assert_eq!(invoice["lines"]["data"].as_array().unwrap().len(), 3);
    let customer = bench.get(&format!("customers/{}", after["customer"].as_str().unwrap())).await;
    assert_eq!(customer["balance"], (credit + debit + 3 * 4_900).min(0));
}

#[tokio::test]
async fn a_decrease_invoiced_at_once_becomes_credit() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(4, false, "4242424242424242").await;
    let (sub, (item, start, end)) = (id(&subscription), item(&subscription));
    bench.post(&format!("subscriptions/{sub}"), &format!("items[0][id]={item}&items[0][quantity]=1&proration_behavior=always_invoice&proration_date={start}")).await;
    let after = bench.subscription(&sub).await;
    let invoice =
        bench.get(&format!("invoices/{}", after["latest_invoice"].as_str().unwrap())).await;
    assert_eq!(
        (invoice["total"].as_i64(), invoice["amount_due"].as_i64(), invoice["status"].as_str()),
        (Some(-14_700), Some(0), Some("paid"))
    );
    bench.advance(end + HOUR).await;
    let renewed = bench.subscription(&sub).await;
    let invoice =
        bench.get(&format!("invoices/{}", renewed["latest_invoice"].as_str().unwrap())).await;
    assert_eq!(
        (
            invoice["total"].as_i64(),
            invoice["amount_due"].as_i64(),
            invoice["ending_balance"].as_i64()
        ),
        (Some(4_900), Some(0), Some(-9_800))
    );
}

#[tokio::test]
async fn what_waits_for_an_invoice_goes_along_with_a_change_that_is_invoiced_at_once() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(3, false, "4242424242424242").await;
    let (sub, (item, start, end)) = (id(&subscription), item(&subscription));
    let at = (start + end) / 2;
    bench.advance(at).await;
    let waits = format!("quantity=5&proration_date={at}");
    bench.post(&format!("subscription_items/{item}"), &waits).await;
    let more = format!(
        "subscription={sub}&subscription_details[items][0][id]={item}&subscription_details[items][0][quantity]=6&subscription_details[proration_behavior]=always_invoice&subscription_details[proration_date]={at}"
    );
    let preview = bench.post("invoices/create_preview", &more).await;
    bench.post(&format!("subscriptions/{sub}"), &format!("items[0][id]={item}&items[0][quantity]=6&proration_behavior=always_invoice&proration_date={at}")).await;
    let after = bench.subscription(&sub).await;
    let invoice =
        bench.get(&format!("invoices/{}", after["latest_invoice"].as_str().unwrap())).await;
    assert_eq!(invoice["total"], preview["total"]);
    assert_eq!(invoice["lines"]["data"].as_array().map(Vec::len), Some(4));
    assert_eq!(invoice["total"], 3 * 2_450);
    // It waits no longer.
    let next = bench.post("invoices/create_preview", &format!("subscription={sub}")).await;
    assert_eq!(next["total"], 6 * 4_900);
}
