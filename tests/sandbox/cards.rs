//! Cards by the API: created, attached, saved by a SetupIntent, and how they behave when charged.

use serde_json::{Value, json};

use crate::helpers::{Bench, DAY, card_form, id};

/// A card error's type, code and decline code.
fn refusal(body: &Value) -> (&str, &str, Option<&str>) {
    let error = &body["error"];
    (
        error["type"].as_str().unwrap(),
        error["code"].as_str().unwrap(),
        error["decline_code"].as_str(),
    )
}

fn typed(number: &str) -> String {
    format!("type=card&card[number]={number}&card[exp_month]=12&card[exp_year]=2040&card[cvc]=123")
}

#[tokio::test]
async fn a_card_is_made_from_its_number_or_a_token_and_shows_neither() {
    let bench = Bench::start().await;
    let made = bench
        .post(
            "payment_methods",
            &format!(
                "{}&billing_details[email]=ada@example.com&billing_details[address][city]=Bern&metadata[a]=b&allow_redisplay=always",
                typed("5555555555554444")
            ),
        )
        .await;
    assert_eq!(made["card"]["brand"], "mastercard");
    assert_eq!(made["card"]["last4"], "4444");
    assert_eq!(made["billing_details"]["address"]["city"], "Bern");
    assert_eq!((&made["customer"], &made["allow_redisplay"]), (&Value::Null, &json!("always")));
    assert!(!made.to_string().contains("5555555555554444"), "the number is shown");
    let by_token = bench.post("payment_methods", "type=card&card[token]=tok_mastercard").await;
    assert_eq!(by_token["card"]["fingerprint"], made["card"]["fingerprint"]);
}

#[tokio::test]
async fn a_card_that_cannot_be_is_a_card_error_that_names_the_field() {
    let bench = Bench::start().await;
    let number = "card[number]=4242424242424242";
    let date = "card[exp_month]=12&card[exp_year]=2040";
    for (card, code, param) in [
        (format!("card[number]=4242424242424241&{date}"), "incorrect_number", "number"),
        (
            format!("{number}&card[exp_month]=13&card[exp_year]=2040"),
            "invalid_expiry_month",
            "exp_month",
        ),
        (
            format!("{number}&card[exp_month]=1&card[exp_year]=2020"),
            "invalid_expiry_year",
            "exp_year",
        ),
        (format!("{number}&{date}&card[cvc]=12"), "invalid_cvc", "cvc"),
    ] {
        let answer = bench.try_post("payment_methods", &format!("type=card&{card}")).await;
        assert_eq!(answer.status, 402, "{}", answer.text);
        let body = answer.json();
        assert_eq!(refusal(&body), ("card_error", code, None));
        assert_eq!(body["error"]["param"], param);
    }
    let real = bench.try_post("payment_methods", &typed("4111111111111111")).await;
    assert_eq!(refusal(&real.json()), ("card_error", "card_declined", Some("test_mode_live_card")));
    for (form, param) in [
        ("", "type"),
        ("type=card", "card"),
        ("type=card&card[number]=4242424242424242", "card[exp_month]"),
        ("type=sepa_debit", "type"),
        ("type=card&card[token]=tok_nothing", "card[token]"),
    ] {
        let answer = bench.try_post("payment_methods", form).await;
        assert!(matches!(answer.status, 400 | 404), "{form}: {}", answer.text);
        assert_eq!(answer.json()["error"]["param"], param, "{form}");
    }
}

#[tokio::test]
async fn a_ready_made_card_is_a_new_payment_method_for_each_customer() {
    let bench = Bench::start().await;
    let (one, two) = (bench.customer().await, bench.customer().await);
    let attached =
        bench.post("payment_methods/pm_card_visa/attach", &format!("customer={one}")).await;
    let other = bench.post("payment_methods/pm_card_visa/attach", &format!("customer={two}")).await;
    assert_ne!(attached["id"], other["id"]);
    assert_ne!(id(&attached), "pm_card_visa");
    assert_eq!(attached["customer"], one.as_str());
    assert_eq!(
        bench.events().await.iter().filter(|event| *event == "payment_method.attached").count(),
        2
    );

    let taken = bench
        .try_post(&format!("payment_methods/{}/attach", id(&attached)), &format!("customer={two}"))
        .await;
    assert!(taken.status == 400 && taken.text.contains("already been attached"), "{}", taken.text);
    bench.post(&format!("payment_methods/{}/detach", id(&attached)), "").await;
    let spent = bench
        .try_post(&format!("payment_methods/{}/attach", id(&attached)), &format!("customer={one}"))
        .await;
    assert!(spent.status == 400 && spent.text.contains("may not be used again"), "{}", spent.text);
}

#[tokio::test]
async fn a_refused_card_is_not_attached_and_the_answer_says_why() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    for (card, code, decline_code) in [
        ("pm_card_visa_chargeDeclined", "card_declined", Some("generic_decline")),
        (
            "pm_card_visa_chargeDeclinedInsufficientFunds",
            "card_declined",
            Some("insufficient_funds"),
        ),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
    ] {
        let answer = bench
            .try_post(&format!("payment_methods/{card}/attach"), &format!("customer={customer}"))
            .await;
        assert_eq!(answer.status, 402, "{card}: {}", answer.text);
        assert_eq!(refusal(&answer.json()), ("card_error", code, decline_code), "{card}");
    }
    let made = bench.post("payment_methods", &typed("4000000000000002")).await;
    let answer = bench
        .try_post(&format!("payment_methods/{}/attach", id(&made)), &format!("customer={customer}"))
        .await;
    assert_eq!(answer.status, 402, "{}", answer.text);
    let owned = bench.get(&format!("customers/{customer}/payment_methods")).await;
    assert_eq!(owned["data"], json!([]));
}

#[tokio::test]
async fn a_payment_method_is_updated_once_it_is_a_customers() {
    let bench = Bench::start().await;
    let made = bench.post("payment_methods", &typed("4242424242424242")).await;
    let path = format!("payment_methods/{}", id(&made));
    assert_eq!(bench.try_post(&path, "metadata[a]=b").await.status, 400);
    let customer = bench.customer().await;
    bench.post(&format!("{path}/attach"), &format!("customer={customer}")).await;
    let changed = bench
        .post(
            &path,
            "card[exp_month]=3&card[exp_year]=2041&billing_details[name]=Ada&metadata[a]=b",
        )
        .await;
    assert_eq!(
        (&changed["card"]["exp_month"], &changed["card"]["exp_year"]),
        (&json!(3), &json!(2041))
    );
    assert_eq!(changed["billing_details"]["name"], "Ada");
    bench.inbox.wait_for("payment_method.updated").await;
    assert_eq!(bench.try_post(&path, "card[exp_year]=1999").await.status, 402);
}

#[tokio::test]
async fn a_customer_is_made_with_a_card_as_its_default() {
    let bench = Bench::start().await;
    let customer = bench
        .post(
            "customers",
            "payment_method=pm_card_visa&invoice_settings[default_payment_method]=pm_card_visa",
        )
        .await;
    let owned = bench.get(&format!("customers/{}/payment_methods", id(&customer))).await;
    assert_eq!(
        customer["invoice_settings"]["default_payment_method"], owned["data"][0]["id"],
        "{customer}"
    );
    let refused = bench.try_post("customers", "payment_method=pm_card_visa_chargeDeclined").await;
    assert_eq!(refused.status, 402, "{}", refused.text);
    assert_eq!(bench.get("customers").await["data"].as_array().unwrap().len(), 1);
    let foreign = bench
        .try_post(
            &format!("customers/{}", id(&customer)),
            "invoice_settings[default_payment_method]=pm_card_mastercard",
        )
        .await;
    assert!(foreign.status == 400 && foreign.text.contains("must be attached"), "{}", foreign.text);
}

#[tokio::test]
async fn a_setup_intent_saves_a_card_in_stripes_order() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let empty = bench.post("setup_intents", &format!("customer={customer}&usage=on_session")).await;
    assert_eq!(
        (&empty["status"], &empty["usage"]),
        (&json!("requires_payment_method"), &json!("on_session"))
    );
    let path = format!("setup_intents/{}", id(&empty));
    let nothing = bench.try_post(&format!("{path}/confirm"), "").await;
    assert_eq!(nothing.json()["error"]["code"], "setup_intent_unexpected_state");

    let named = bench.post(&path, "payment_method=pm_card_visa&metadata[a]=b").await;
    assert_eq!(named["status"], "requires_confirmation");
    let done = bench.post(&format!("{path}/confirm"), "").await;
    assert_eq!(done["status"], "succeeded");
    let method =
        bench.get(&format!("payment_methods/{}", done["payment_method"].as_str().unwrap())).await;
    assert_eq!(method["customer"], customer.as_str());
    let events = bench.events().await;
    assert_eq!(
        &events[events.len() - 3..],
        ["setup_intent.created", "setup_intent.succeeded", "payment_method.attached"]
    );
    let again = bench.try_post(&format!("{path}/confirm"), "").await;
    assert_eq!(again.json()["error"]["setup_intent"]["status"], "succeeded");
    assert_eq!(bench.try_post(&format!("{path}/cancel"), "").await.status, 400);
}

#[tokio::test]
async fn a_setup_intent_with_a_refused_card_wants_another_one() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let form = format!(
        "customer={customer}&confirm=true&payment_method=pm_card_visa_chargeDeclinedInsufficientFunds"
    );
    let answer = bench.try_post("setup_intents", &form).await;
    assert_eq!(answer.status, 402, "{}", answer.text);
    let body = answer.json();
    assert_eq!(refusal(&body), ("card_error", "card_declined", Some("insufficient_funds")));
    let intent = bench.get(&format!("setup_intents/{}", id(&body["error"]["setup_intent"]))).await;
    assert_eq!(
        (&intent["status"], &intent["payment_method"]),
        (&json!("requires_payment_method"), &Value::Null)
    );
    assert_eq!(intent["last_setup_error"]["decline_code"], "insufficient_funds");
    bench.inbox.wait_for("setup_intent.setup_failed").await;

    let done = bench
        .post(&format!("setup_intents/{}/confirm", id(&intent)), "payment_method=pm_card_visa")
        .await;
    assert_eq!((&done["status"], &done["last_setup_error"]), (&json!("succeeded"), &Value::Null));
}

#[tokio::test]
async fn a_setup_intent_asks_for_3d_secure_on_a_hosted_page() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let form = format!(
        "customer={customer}&confirm=true&payment_method=pm_card_authenticationRequired&return_url=http://127.0.0.1/back"
    );
    for (answer, status, told) in [
        ("approve", "succeeded", "redirect_status=succeeded"),
        ("refuse", "requires_payment_method", "redirect_status=failed"),
    ] {
        let waiting = bench.post("setup_intents", &form).await;
        assert_eq!(waiting["status"], "requires_action");
        let url = waiting["next_action"]["redirect_to_url"]["url"].as_str().unwrap();
        assert!(bench.page(url).await.text.contains("3-D Secure"));
        let back = bench.form(url, &format!("result={answer}")).await;
        assert_eq!(back.status, 303, "{}", back.text);
        assert!(back.header("location").contains(told), "{}", back.header("location"));
        let intent = bench.get(&format!("setup_intents/{}", id(&waiting))).await;
        assert_eq!((&intent["status"], &intent["next_action"]), (&json!(status), &Value::Null));
        assert_eq!(bench.form(url, "result=approve").await.status, 404, "answered twice");
    }
    let owned = bench.get(&format!("customers/{customer}/payment_methods")).await;
    assert_eq!(owned["data"].as_array().unwrap().len(), 1, "a refused check saved the card");

    let given_up = bench.post("setup_intents", &form).await;
    let canceled = bench
        .post(&format!("setup_intents/{}/cancel", id(&given_up)), "cancellation_reason=abandoned")
        .await;
    assert_eq!(
        (&canceled["status"], &canceled["cancellation_reason"]),
        (&json!("canceled"), &json!("abandoned"))
    );
    let events = bench.events().await;
    for event in ["requires_action", "succeeded", "setup_failed", "canceled"] {
        assert!(events.contains(&format!("setup_intent.{event}")), "{event}: {events:?}");
    }
}

#[tokio::test]
async fn a_card_that_always_authenticates_pays_a_checkout_but_no_renewal() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let session = bench.session(&customer, 2, "").await;
    let url = session["url"].as_str().unwrap();
    let challenge = bench.form(url, &card_form("4000002760003184")).await;
    assert!(challenge.header("location").ends_with("/challenge"), "{}", challenge.text);
    assert_eq!(bench.form(challenge.header("location"), "result=approve").await.status, 303);
    let subscription =
        bench.get("subscriptions?expand[]=data.latest_invoice").await["data"][0].clone();
    assert_eq!(subscription["status"], "active");
    assert_eq!(subscription["latest_invoice"]["amount_paid"], 9_800);

    let period_end = subscription["items"]["data"][0]["current_period_end"].as_i64().unwrap();
    bench.advance(period_end + DAY / 2).await;
    let subscription = bench.subscription(&id(&subscription)).await;
    assert_eq!(subscription["status"], "past_due");
    let invoice = subscription["latest_invoice"].as_str().unwrap();
    let answer = bench.try_post(&format!("invoices/{invoice}/pay"), "").await;
    assert_eq!(answer.status, 402, "{}", answer.text);
    assert_eq!(
        refusal(&answer.json()),
        ("card_error", "invoice_payment_intent_requires_action", None)
    );
}
