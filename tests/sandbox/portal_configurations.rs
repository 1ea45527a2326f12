//! The settings of the Billing Portal, and a sandbox that starts without any.

use portal::sandbox::{Sandbox, SandboxConfig};
use serde_json::{Value, json};

use crate::helpers::{Bench, card_form, id};

const CONFIGURATIONS: &str = "billing_portal/configurations";
const SESSIONS: &str = "billing_portal/sessions";

#[tokio::test]
async fn a_configuration_keeps_what_it_is_given() {
    let bench = Bench::start().await;
    let made = bench
        .post(
            CONFIGURATIONS,
            "features[customer_update][enabled]=true\
             &features[customer_update][allowed_updates][]=email\
             &features[subscription_cancel][enabled]=true\
             &features[subscription_cancel][cancellation_reason][enabled]=true\
             &features[subscription_cancel][cancellation_reason][options][]=unused",
        )
        .await;
    let path = format!("{CONFIGURATIONS}/{}", id(&made));
    let features = bench.get(&path).await["features"].take();
    assert_eq!(features["customer_update"], json!({"allowed_updates": ["email"], "enabled": true}));
    let reason = json!({"enabled": true, "feedback_options": null, "options": ["unused"]});
    assert_eq!(features["subscription_cancel"]["cancellation_reason"], reason);

    let unknown = "features[subscription_cancel][cancellation_reason][options][]=bored";
    assert_eq!(bench.try_post(&path, unknown).await.status, 400);
}

#[tokio::test]
async fn allowing_other_quantities_takes_saying_of_which_products() {
    let bench = Bench::start().await;
    let price = &bench.get("prices").await["data"][0];
    let (price, product) = (id(price), price["product"].as_str().unwrap().to_owned());
    let made = bench.post(CONFIGURATIONS, "features[invoice_history][enabled]=true").await;
    let path = format!("{CONFIGURATIONS}/{}", id(&made));
    let allow = "features[subscription_update][enabled]=true\
                 &features[subscription_update][default_allowed_updates][]=quantity";
    let refused = bench.try_post(&path, allow).await;
    assert_eq!(refused.status, 400);
    let missing = "features[subscription_update][products]";
    assert_eq!(refused.json()["error"]["param"], missing);
    let products =
        format!("{allow}&{missing}[0][product]={product}&{missing}[0][prices][]={price}");
    let changed = bench.post(&path, &products).await;
    let update = &changed["features"]["subscription_update"];
    assert_eq!(update["default_allowed_updates"], json!(["quantity"]));
    assert_eq!(update["products"], json!([{"product": product, "prices": [price]}]));
}

#[tokio::test]
async fn what_the_configuration_turns_off_is_closed_to_flows_and_to_forms() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, false, "4242424242424242").await;
    let made = bench.post(CONFIGURATIONS, "features[invoice_history][enabled]=true").await;
    let session = format!(
        "customer={}&configuration={}",
        subscription["customer"].as_str().unwrap(),
        id(&made)
    );
    let cancel = format!(
        "subscription_cancel&flow_data[subscription_cancel][subscription]={}",
        id(&subscription)
    );
    for flow in ["payment_method_update", cancel.as_str()] {
        let refused = bench.try_post(SESSIONS, &format!("{session}&flow_data[type]={flow}")).await;
        assert_eq!(
            (refused.status, &refused.json()["error"]["param"]),
            (400, &"flow_data[type]".into())
        );
    }
    let url = bench.post(SESSIONS, &session).await["url"].as_str().unwrap().to_owned();
    let form = format!("subscription={}", id(&subscription));
    assert_eq!(bench.form(&format!("{url}/cancel"), &form).await.status, 303);
    let card = card_form("5555555555554444");
    assert_eq!(bench.form(&format!("{url}/card"), &card).await.status, 303);
    let after = bench.subscription(&id(&subscription)).await;
    for field in ["cancel_at", "default_payment_method"] {
        assert_eq!(after[field], subscription[field], "{field}");
    }
}

#[tokio::test]
async fn a_subscription_that_is_to_end_cannot_be_cancelled_by_a_flow() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, false, "4242424242424242").await;
    let path = format!("subscriptions/{}", id(&subscription));
    bench.post(&path, "cancel_at_period_end=true").await;
    let param = "flow_data[subscription_cancel][subscription]";
    let flow = format!(
        "customer={}&flow_data[type]=subscription_cancel&{param}={}",
        subscription["customer"].as_str().unwrap(),
        id(&subscription)
    );
    let refused = bench.try_post(SESSIONS, &flow).await;
    assert_eq!((refused.status, &refused.json()["error"]["param"]), (400, &param.into()));
    bench.post(&path, "cancel_at_period_end=false").await;
    bench.post(SESSIONS, &flow).await;
}

#[tokio::test]
async fn an_empty_sandbox_is_a_new_account() {
    let addr = "127.0.0.1:0".parse().unwrap();
    let config = SandboxConfig { addr, webhook: None, state: None, anew: false, empty: true };
    let sandbox = Sandbox::start(config).await.unwrap();
    for list in ["products", "prices", CONFIGURATIONS, "webhook_endpoints"] {
        let url = format!("{}/v1/{list}", sandbox.url());
        let request = reqwest::Client::new().get(url).bearer_auth("sk_test_bench");
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["data"], json!([]), "{list}");
    }
}
