//! async-stripe's typed structs parse every object: their deserialisers need every required field.

use std::collections::HashSet;

use miniserde::Deserialize;
use reqwest::Method;
use serde_json::Value;

use crate::helpers::{Bench, DAY, card_form, id};

#[track_caller]
fn reads<T: Deserialize>(object: &Value, what: &str) {
    assert!(
        miniserde::json::from_str::<T>(&object.to_string()).is_ok(),
        "{what} does not parse: {object:#}"
    );
}

#[tokio::test]
async fn every_object_parses_with_the_typed_client() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(3, true, "4242424242424242").await;
    let sub = id(&subscription);
    reads::<stripe_shared::Subscription>(&subscription, "subscription");
    let mut lacking = subscription.clone();
    lacking.as_object_mut().unwrap().remove("billing_mode");
    let parsed = miniserde::json::from_str::<stripe_shared::Subscription>(&lacking.to_string());
    assert!(parsed.is_err(), "a missing field goes unnoticed: this test proves nothing");
    reads::<stripe_shared::SubscriptionItem>(
        &subscription["items"]["data"][0],
        "subscription item",
    );
    let expanded = bench.get(&format!("subscriptions/{sub}?expand[]=customer&expand[]=latest_invoice&expand[]=default_payment_method")).await;
    reads::<stripe_shared::Subscription>(&expanded, "expanded subscription");
    let customer = subscription["customer"].as_str().unwrap();
    reads::<stripe_shared::Customer>(
        &bench.get(&format!("customers/{customer}?expand[]=subscriptions")).await,
        "customer",
    );
    let price = &bench.get("prices?expand[]=data.product").await["data"][0];
    reads::<stripe_shared::Price>(price, "price");
    reads::<stripe_shared::Product>(&price["product"], "product");
    let open = bench.session(customer, 1, "").await;
    reads::<stripe_shared::CheckoutSession>(&open, "open session");
    let sessions = bench.get("checkout/sessions?expand[]=data.line_items&status=complete").await;
    reads::<stripe_shared::CheckoutSession>(&sessions["data"][0], "complete session");
    let method = bench
        .get(&format!(
            "payment_methods/{}",
            subscription["default_payment_method"].as_str().unwrap()
        ))
        .await;
    reads::<stripe_shared::PaymentMethod>(&method, "payment method");
    let setup = bench
        .get(&format!("setup_intents/{}", sessions["data"][0]["setup_intent"].as_str().unwrap()))
        .await;
    reads::<stripe_shared::SetupIntent>(&setup, "setup intent");
    let flow = format!(
        "customer={customer}&flow_data[type]=subscription_cancel&flow_data[subscription_cancel][subscription]={sub}"
    );
    reads::<stripe_billing::BillingPortalSession>(
        &bench.post("billing_portal/sessions", &flow).await,
        "portal session",
    );
    let configuration = &bench.get("billing_portal/configurations").await["data"][0];
    reads::<stripe_billing::BillingPortalConfiguration>(configuration, "portal configuration");
    // async-stripe has its type in a crate that is not a dependency here.
    let endpoint = &bench.get("webhook_endpoints").await["data"][0];
    for field in ["created", "enabled_events", "livemode", "metadata", "status", "url"] {
        assert!(!endpoint[field].is_null(), "webhook endpoint without {field}");
    }

    let made = bench
        .post("payment_methods", "type=card&card[token]=tok_visa&billing_details[name]=Ada")
        .await;
    reads::<stripe_shared::PaymentMethod>(&made, "payment method of nobody");
    for card in ["visa", "authenticationRequired", "chargeDeclinedExpiredCard"] {
        let form = format!(
            "customer={customer}&payment_method=pm_card_{card}&automatic_payment_methods[enabled]=true"
        );
        let intent = bench.post("setup_intents", &form).await;
        let confirmed = bench.try_post(&format!("setup_intents/{}/confirm", id(&intent)), "").await;
        assert_eq!(confirmed.status == 402, card == "chargeDeclinedExpiredCard");
        let intent = bench.get(&format!("setup_intents/{}", id(&intent))).await;
        reads::<stripe_shared::SetupIntent>(&intent, card);
    }

    bench.form(&format!("/_sandbox/subscriptions/{sub}/status"), "status=active").await;
    let item = id(&subscription["items"]["data"][0]);
    bench
        .post(&format!("subscriptions/{sub}"), &format!("items[0][id]={item}&items[0][quantity]=5"))
        .await;
    let portal = bench.post("billing_portal/sessions", &format!("customer={customer}")).await;
    bench
        .form(&format!("{}/card", portal["url"].as_str().unwrap()), &card_form("4000000000000341"))
        .await;
    let pending = bench
        .post(&format!("subscriptions/{sub}"), &format!("items[0][id]={item}&items[0][quantity]=9&proration_behavior=always_invoice&payment_behavior=pending_if_incomplete"))
        .await;
    assert!(!pending["pending_update"].is_null());
    reads::<stripe_shared::Subscription>(&pending, "subscription with a pending update");
    let invoices = bench.get("invoices?limit=100").await;
    for invoice in invoices["data"].as_array().unwrap() {
        reads::<stripe_shared::Invoice>(invoice, "invoice");
    }
    let preview = bench.post("invoices/create_preview", &format!("subscription={sub}")).await;
    reads::<stripe_shared::Invoice>(&preview, "preview");

    bench.request(Method::DELETE, &format!("subscriptions/{sub}")).send().await.unwrap();
    reads_all_events(&bench).await;
}

#[tokio::test]
async fn what_stripe_leaves_out_is_not_there_as_null() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, false, "4242424242424242").await;
    let charge = bench.get("charges").await["data"][0].take();
    let intent = charge["payment_intent"].as_str().unwrap();
    let refund = bench.post("refunds", &format!("payment_intent={intent}&amount=100")).await;
    let intent = bench.get(&format!("payment_intents/{intent}")).await;
    for (object, fields) in [
        (&subscription, "presentment_details status_details"),
        (&charge, "authorization_code level3 presentment_details radar_options transfer"),
        (&intent, "hooks presentment_details"),
        (&refund, "description failure_reason next_action pending_reason presentment_details"),
    ] {
        for field in fields.split(' ') {
            assert!(object.get(field).is_none(), "{}.{field}", object["object"]);
        }
    }
}

#[tokio::test]
async fn what_a_promotion_code_and_a_tax_make_parses_with_the_typed_client() {
    let bench = Bench::start().await;
    let coupon = bench.post("coupons", "percent_off=12.5&duration=once").await;
    reads::<stripe_shared::Coupon>(&coupon, "coupon");
    let form = format!("promotion[type]=coupon&promotion[coupon]={}&code=HALF", id(&coupon));
    let code = bench.post("promotion_codes", &form).await;
    reads::<stripe_shared::PromotionCode>(&code, "promotion code");
    let customer = bench.customer().await;
    let session = bench
        .session(
            &customer,
            2,
            "allow_promotion_codes=true&automatic_tax[enabled]=true&customer_update[address]=auto",
        )
        .await;
    let url = session["url"].as_str().unwrap();
    bench.form(&format!("{url}/promotion"), "code=HALF").await;
    let path = format!("checkout/sessions/{}?expand[]=line_items", id(&session));
    reads::<stripe_shared::CheckoutSession>(&bench.get(&path).await, "session with a discount");
    let form = format!("{}&country=FR&postal_code=75001", card_form("4242424242424242"));
    assert_eq!(bench.form(url, &form).await.status, 303);
    reads::<stripe_shared::CheckoutSession>(&bench.get(&path).await, "session with a tax");
    let invoices = bench.get("invoices?expand[]=data.discounts").await;
    reads::<stripe_shared::Invoice>(&invoices["data"][0], "invoice with a discount and a tax");
    reads::<stripe_shared::DeletedDiscount>(&invoices["data"][0]["discounts"][0], "used discount");
    reads_all_events(&bench).await;
}

#[tokio::test]
async fn what_failing_payments_and_taking_them_back_make_parses_with_the_typed_client() {
    let bench = Bench::start().await;
    let clock = &bench.get("test_helpers/test_clocks").await["data"][0];
    let subscription = bench.subscribe(2, true, "4000000000000341").await;
    let form = format!("frozen_time={}", subscription["trial_end"].as_i64().unwrap() + 2 * DAY);
    bench.post(&format!("test_helpers/test_clocks/{}/advance", id(clock)), &form).await;
    let customer = subscription["customer"].as_str().unwrap();
    let failed = bench.subscription(&id(&subscription)).await;
    let failed = failed["latest_invoice"].as_str().unwrap();
    bench.post(&format!("invoices/{failed}/void"), "").await;

    let card = bench
        .post(
            "payment_methods/pm_card_authenticationRequired/attach",
            &format!("customer={customer}"),
        )
        .await;
    let price = bench.price().await;
    let start = format!("customer={customer}&items[0][price]={price}&default_payment_method=");
    bench.post("subscriptions", &format!("{start}{}", id(&card))).await;
    let visa =
        bench.post("payment_methods/pm_card_visa/attach", &format!("customer={customer}")).await;
    let paid = bench.post("subscriptions", &format!("{start}{}", id(&visa))).await;
    let note = format!(
        "invoice={}&amount=4900&refund_amount=4900&reason=duplicate",
        paid["latest_invoice"].as_str().unwrap()
    );
    bench.post("credit_notes", &note).await;
    let invoices = bench.get("invoices?limit=100&expand[]=data.payments").await;
    for invoice in invoices["data"].as_array().unwrap() {
        reads::<stripe_shared::Invoice>(invoice, "invoice");
    }
    bench
        .request(Method::DELETE, &format!("test_helpers/test_clocks/{}", id(clock)))
        .send()
        .await
        .unwrap();
    let seen = reads_all_events(&bench).await;
    for object in [
        "payment_intent",
        "charge",
        "invoice_payment",
        "refund",
        "credit_note",
        "test_helpers.test_clock",
    ] {
        assert!(seen.contains(object), "no event told of a {object}");
    }
}

/// Parses the object of every event, and returns their kinds.
async fn reads_all_events(bench: &Bench) -> HashSet<String> {
    let mut seen = HashSet::new();
    let mut after = String::new();
    loop {
        let page = bench.get(&format!("events?limit=100{after}")).await;
        let events = page["data"].as_array().unwrap();
        for event in events {
            reads::<stripe_shared::Event>(event, "event");
            let object = &event["data"]["object"];
            reads_object(object);
            seen.insert(object["object"].as_str().unwrap().to_owned());
        }
        match events.last() {
            Some(last) if page["has_more"] == true => {
                after = format!("&starting_after={}", id(last))
            }
            _ => return seen,
        }
    }
}

#[track_caller]
fn reads_object(object: &Value) {
    let kind = object["object"].as_str().unwrap();
    match kind {
        "billing_portal.session" => reads::<stripe_billing::BillingPortalSession>(object, kind),
        "charge" => reads::<stripe_shared::Charge>(object, kind),
        "checkout.session" => reads::<stripe_shared::CheckoutSession>(object, kind),
        "credit_note" => reads::<stripe_shared::CreditNote>(object, kind),
        "customer" => reads::<stripe_shared::Customer>(object, kind),
        "coupon" => reads::<stripe_shared::Coupon>(object, "coupon"),
        "promotion_code" => reads::<stripe_shared::PromotionCode>(object, "promotion code"),
        "discount" => reads::<stripe_shared::Discount>(object, "discount"),
        "invoice" => reads::<stripe_shared::Invoice>(object, kind),
        "invoice_payment" => reads::<stripe_shared::InvoicePayment>(object, kind),
        "invoiceitem" => reads::<stripe_billing::InvoiceItem>(object, kind),
        "payment_intent" => reads::<stripe_shared::PaymentIntent>(object, kind),
        "payment_method" => reads::<stripe_shared::PaymentMethod>(object, kind),
        "refund" => reads::<stripe_shared::Refund>(object, kind),
        "setup_intent" => reads::<stripe_shared::SetupIntent>(object, kind),
        "subscription" => reads::<stripe_shared::Subscription>(object, kind),
        "test_helpers.test_clock" => reads::<stripe_shared::TestHelpersTestClock>(object, kind),
        other => panic!("an object that no one looked at: {other}"),
    }
}
