//! The hosted Billing Portal and the control page.

use reqwest::Method;
use serde_json::Value;

use crate::helpers::{Bench, card_form, id};

async fn portal(bench: &Bench, subscription: &Value, extra: &str) -> String {
    let customer = subscription["customer"].as_str().unwrap();
    let form = format!("customer={customer}&return_url=http://127.0.0.1/billing&{extra}");
    bench.post("billing_portal/sessions", &form).await["url"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn cancelling_in_the_portal_sets_cancel_at_and_can_be_taken_back() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(2, true, "4242424242424242").await;
    let (sub, url) = (id(&subscription), portal(&bench, &subscription, "").await);
    let page = bench.page(&url).await;
    assert!(
        page.text.contains("AI Employee Plan")
            && page.text.contains("visa •••• 4242")
            && page.text.contains("http://127.0.0.1/billing")
    );
    assert!(
        bench
            .page(&format!("{url}/cancel?subscription={sub}"))
            .await
            .text
            .contains("You keep it until")
    );

    let canceled = bench.form(&format!("{url}/cancel"), &format!("subscription={sub}")).await;
    assert_eq!(canceled.status, 303);
    assert!(
        bench.page(canceled.header("location")).await.text.contains("Your plan will be canceled")
    );
    let after = bench.subscription(&sub).await;
    assert_eq!(after["cancel_at"], after["trial_end"]);
    assert_eq!(after["cancel_at_period_end"], false);
    assert_eq!(after["cancellation_details"]["reason"], "cancellation_requested");
    let event = &bench.get("events?type=customer.subscription.updated").await["data"][0];
    assert_eq!(event["data"]["previous_attributes"]["cancel_at"], Value::Null);
    assert!(event["data"]["previous_attributes"].get("status").is_none());

    assert_eq!(
        bench.form(&format!("{url}/renew"), &format!("subscription={sub}")).await.status,
        303
    );
    let renewed = bench.subscription(&sub).await;
    assert!(renewed["cancel_at"].is_null() && renewed["canceled_at"].is_null());
}

#[tokio::test]
async fn a_portal_link_reaches_only_its_own_customers_subscriptions() {
    let bench = Bench::start().await;
    let mine = bench.subscribe(1, true, "4242424242424242").await;
    let theirs = bench.subscribe(1, true, "4242424242424242").await;
    let url = portal(&bench, &mine, "").await;
    bench.form(&format!("{url}/cancel"), &format!("subscription={}", id(&theirs))).await;
    assert!(bench.subscription(&id(&theirs)).await["cancel_at"].is_null());
    assert_eq!(bench.page("/p/session/test_guess").await.status, 404);
}

#[tokio::test]
async fn the_card_of_a_checkout_is_shown_also_after_the_subscriptions_end() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, true, "5555555555554444").await;
    let url = portal(&bench, &subscription, "").await;
    assert!(bench.page(&url).await.text.contains("mastercard •••• 4444"));
    let path = format!("subscriptions/{}", id(&subscription));
    bench.request(Method::DELETE, &path).send().await.unwrap();
    assert!(bench.page(&url).await.text.contains("mastercard •••• 4444"));

    let session = bench.session(subscription["customer"].as_str().unwrap(), 2, "").await;
    let again = bench.form(session["url"].as_str().unwrap(), &card_form("4242424242424242")).await;
    assert_eq!(again.status, 303, "{}", again.text);
    assert!(bench.page(&url).await.text.contains("visa •••• 4242"));
}

#[tokio::test]
async fn a_replaced_card_is_the_default_of_customer_and_subscription() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, true, "4000000000000341").await;
    let url = portal(&bench, &subscription, "flow_data[type]=payment_method_update").await;
    assert!(url.ends_with("/card"));
    assert_eq!(bench.form(&url, &card_form("4000000000000002")).await.status, 422);
    assert_eq!(bench.form(&url, &card_form("5555555555554444")).await.status, 303);
    let after = bench.subscription(&id(&subscription)).await;
    let method = bench
        .get(&format!("payment_methods/{}", after["default_payment_method"].as_str().unwrap()))
        .await;
    assert_eq!(method["card"]["last4"], "4444");
    let customer = bench.get(&format!("customers/{}", after["customer"].as_str().unwrap())).await;
    assert_eq!(customer["invoice_settings"]["default_payment_method"], method["id"]);
}

#[tokio::test]
async fn the_control_page_shows_deliveries_and_puts_subscriptions_into_states() {
    let bench = Bench::start().await;
    let sub = id(&bench.subscribe(1, true, "4242424242424242").await);
    bench.inbox.wait_for("checkout.session.completed").await;
    let page = bench.page("/").await;
    assert!(
        page.text.contains(&sub)
            && page.text.contains("checkout.session.completed")
            && page.text.contains("delivered, 1 tried")
    );
    for status in ["past_due", "unpaid", "paused", "active", "trialing", "canceled"] {
        let answer = bench
            .form(&format!("/_sandbox/subscriptions/{sub}/status"), &format!("status={status}"))
            .await;
        assert_eq!((answer.status, answer.json()["status"].as_str()), (200, Some(status)));
    }
    assert_eq!(
        bench.form(&format!("/_sandbox/subscriptions/{sub}/status"), "status=odd").await.status,
        400
    );
    assert_eq!(bench.events().await.last().unwrap(), "customer.subscription.deleted");
}

#[tokio::test]
async fn the_control_page_shows_customers_faults_and_what_is_to_happen_to_webhooks() {
    let bench = Bench::start().await;
    bench.subscribe(1, true, "4242424242424242").await;
    bench.form("/_sandbox/faults", "fault=lost&count=2&call=POST /v1/customers/{id}").await;
    bench.form("/_sandbox/deliveries", "action=duplicate&type=invoice.*").await;
    bench.form("/_sandbox/deliveries", "action=hold").await;
    bench.post("customers", "name=<b>").await;
    let page = bench.page("/").await.text;
    for shown in [
        "owner@example.com",
        "visa •••• 4242",
        "&lt;b&gt;",
        "<strong>lost</strong> for POST /v1/customers/{id}: 2 left",
        "<strong>Send twice</strong> invoice.*: 1 left",
        "Deliveries are held",
        "waiting, 0 tried",
        "Release them",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
}

#[tokio::test]
async fn a_control_takes_a_browser_back_to_the_page() {
    let bench = Bench::start().await;
    for (path, form) in [
        ("faults", "fault=cut&call=every&count=1"),
        ("faults/clear", ""),
        ("deliveries", "action=drop&type=*&count=1"),
        ("deliveries", "action=clear"),
        ("deliveries", "action=hold"),
        ("deliveries", "action=release&order=shuffled"),
    ] {
        let url = format!("{}/_sandbox/{path}", bench.sandbox.url());
        let request = bench.client.post(url).header("accept", "text/html").body(form);
        let answer = request.send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["location"]),
            (303, &"/".parse().unwrap())
        );
    }
}
