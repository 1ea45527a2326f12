//! Subscriptions with several items, from the start or with items added later.

use serde_json::Value;

use crate::helpers::{Bench, HOUR, id};

/// The unit price of another product, in cents.
const SUPPORT: i64 = 9_900;

/// Creates a price for it per interval.
async fn support(bench: &Bench, interval: &str) -> String {
    let form = format!(
        "currency=usd&unit_amount={SUPPORT}&recurring[interval]={interval}&product_data[name]=Support"
    );
    id(&bench.post("prices", &form).await)
}

fn period(subscription: &Value) -> (i64, i64) {
    let item = &subscription["items"]["data"][0];
    (item["current_period_start"].as_i64().unwrap(), item["current_period_end"].as_i64().unwrap())
}

/// The share of an amount for the rest of a period, rounded half away from zero.
fn left(amount: i64, (start, end): (i64, i64), at: i64) -> i64 {
    let (part, whole) = (i128::from(amount) * i128::from(end - at), i128::from(end - start));
    i64::try_from((2 * part + whole) / (2 * whole)).unwrap()
}

async fn latest_invoice(bench: &Bench, subscription: &str) -> Value {
    let subscription = bench.subscription(subscription).await;
    bench.get(&format!("invoices/{}", subscription["latest_invoice"].as_str().unwrap())).await
}

fn amounts(invoice: &Value) -> Vec<i64> {
    let lines = invoice["lines"]["data"].as_array().unwrap().iter();
    lines.map(|line| line["amount"].as_i64().unwrap()).collect()
}

fn quantities(subscription: &Value) -> Vec<i64> {
    let items = subscription["items"]["data"].as_array().unwrap().iter();
    items.map(|item| item["quantity"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn each_item_of_a_subscription_is_billed_and_changed_by_itself() {
    let bench = Bench::start().await;
    let (plan, support) = (bench.price().await, support(&bench, "month").await);
    let card = "payment_method=pm_card_visa&invoice_settings[default_payment_method]=pm_card_visa";
    let customer = id(&bench.post("customers", card).await);
    let form = format!(
        "customer={customer}&items[0][price]={support}&items[1][price]={plan}&items[1][quantity]=5"
    );
    let made = bench.post("subscriptions", &form).await;
    let (sub, of_plan) = (id(&made), id(&made["items"]["data"][1]));
    assert_eq!((made["status"].as_str(), quantities(&made)), (Some("active"), vec![1, 5]));
    assert_eq!(amounts(&latest_invoice(&bench, &sub).await), [SUPPORT, 5 * 4_900]);

    let (start, end) = period(&made);
    let fewer = format!("items[0][id]={of_plan}&items[0][quantity]=4&proration_date={start}");
    let changed = bench.post(&format!("subscriptions/{sub}"), &fewer).await;
    assert_eq!(quantities(&changed), [1, 4]);
    bench.advance(end + HOUR).await;
    let renewed = amounts(&latest_invoice(&bench, &sub).await);
    assert_eq!(renewed, [-5 * 4_900, 4 * 4_900, SUPPORT, 4 * 4_900]);
}

#[tokio::test]
async fn an_item_that_is_added_is_charged_for_what_is_left_as_its_preview_said() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(2, false, "4242424242424242").await;
    let (sub, support) = (id(&subscription), support(&bench, "month").await);
    let (start, end) = period(&subscription);
    let at = start + (end - start) / 3 + 7;
    bench.advance(at + 30).await;
    let preview = bench
        .post("invoices/create_preview", &format!("subscription={sub}&subscription_details[items][0][price]={support}&subscription_details[items][0][quantity]=3&subscription_details[proration_date]={at}&subscription_details[proration_behavior]=always_invoice"))
        .await;
    let added = bench
        .post(&format!("subscriptions/{sub}"), &format!("items[0][price]={support}&items[0][quantity]=3&items[0][metadata][for]=x&proration_date={at}&proration_behavior=always_invoice"))
        .await;
    assert_eq!(quantities(&added), [2, 3]);
    let item = &added["items"]["data"][1];
    assert_eq!((&item["price"]["id"], &item["metadata"]["for"]), (&support.into(), &"x".into()));
    assert_eq!(item["current_period_end"], end);
    let invoice = latest_invoice(&bench, &sub).await;
    let share = left(3 * SUPPORT, (start, end), at);
    assert_eq!((amounts(&invoice), amounts(&preview)), (vec![share], vec![share]));
    assert_eq!((&invoice["status"], &invoice["total"]), (&"paid".into(), &share.into()));
    bench.advance(end + HOUR).await;
    assert_eq!(amounts(&latest_invoice(&bench, &sub).await), [2 * 4_900, 3 * SUPPORT]);
}

#[tokio::test]
async fn what_an_item_added_by_itself_costs_waits_for_the_next_invoice() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(2, false, "4242424242424242").await;
    let (sub, support) = (id(&subscription), support(&bench, "month").await);
    let (start, end) = period(&subscription);
    let at = start + 5;
    let form = format!("subscription={sub}&price={support}&proration_date={at}");
    let item = bench.post("subscription_items", &form).await;
    assert_eq!((&item["object"], &item["quantity"]), (&"subscription_item".into(), &1.into()));
    assert_eq!(bench.get(&format!("subscription_items/{}", id(&item))).await, item);
    let list = bench.get(&format!("subscription_items?subscription={sub}")).await;
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
    let next = bench.post("invoices/create_preview", &format!("subscription={sub}")).await;
    let share = left(SUPPORT, (start, end), at);
    assert_eq!(amounts(&next), [share, 2 * 4_900, SUPPORT]);
}

#[tokio::test]
async fn an_item_whose_payment_is_declined_comes_with_the_payment() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, true, "4000000000000341").await;
    let (sub, support) = (id(&subscription), support(&bench, "month").await);
    bench.form(&format!("/_sandbox/subscriptions/{sub}/status"), "status=active").await;
    let path = format!("subscriptions/{sub}");
    let form = format!(
        "items[0][price]={support}&proration_behavior=always_invoice&payment_behavior=pending_if_incomplete"
    );
    let pending = bench.post(&path, &form).await;
    assert_eq!(quantities(&pending), [1]);
    let waiting = pending["pending_update"]["subscription_items"].as_array().unwrap();
    assert_eq!((waiting.len(), &waiting[1]["quantity"]), (2, &1.into()));
    let form = format!("customer={}", subscription["customer"].as_str().unwrap());
    let card = bench.post("payment_methods/pm_card_visa/attach", &form).await;
    bench.post(&path, &format!("default_payment_method={}", id(&card))).await;
    let invoice = pending["latest_invoice"].as_str().unwrap();
    bench.post(&format!("invoices/{invoice}/pay"), "").await;
    let paid = bench.subscription(&sub).await;
    assert!(paid["pending_update"].is_null());
    assert_eq!(quantities(&paid), [1, 1]);
    assert_eq!(paid["items"]["data"][1]["id"], waiting[1]["id"]);
}

#[tokio::test]
async fn an_item_that_does_not_fit_is_refused() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, false, "4242424242424242").await;
    let sub = id(&subscription);
    let (plan, yearly) = (bench.price().await, support(&bench, "year").await);
    let twice = format!("Cannot add multiple subscription items with the same plan: {plan}");
    for (price, why) in [(plan, twice.as_str()), (yearly, "prices of different intervals")] {
        for (path, form) in [
            (format!("subscriptions/{sub}"), format!("items[0][price]={price}")),
            ("subscription_items".to_owned(), format!("subscription={sub}&price={price}")),
        ] {
            let refused = bench.try_post(&path, &form).await;
            assert_eq!(refused.status, 400, "{}", refused.text);
            assert!(refused.text.contains(why), "{}", refused.text);
        }
    }
    assert_eq!(quantities(&bench.subscription(&sub).await), [1]);
}
