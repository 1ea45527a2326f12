//! Checkout, from the API call to the finished subscription.

use crate::helpers::{Bench, DAY, card_form, id};

#[tokio::test]
async fn a_trial_checkout_ends_in_a_trialing_subscription_with_a_zero_invoice() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let session = bench.session(&customer, 3, "client_reference_id=tenant_demo&subscription_data[trial_period_days]=14&subscription_data[metadata][tenant_id]=tenant_demo").await;
    assert_eq!(
        (session["status"].as_str(), session["amount_total"].as_i64()),
        (Some("open"), Some(0))
    );
    let url = session["url"].as_str().unwrap();
    let page = bench.page(url).await;
    for text in [
        "AI Employee Plan",
        "3 × $49.00 per month",
        "14 days free, then $147.00 per month starting",
        "Start trial",
        "cc-number",
    ] {
        assert!(page.text.contains(text), "{text} is not on the page");
    }

    let paid = bench.form(url, &card_form("4242424242424242")).await;
    assert_eq!(paid.status, 303, "{}", paid.text);
    assert_eq!(
        paid.header("location"),
        format!("http://127.0.0.1/done?session_id={}", id(&session))
    );

    let done = bench.get(&format!("checkout/sessions/{}?expand[]=line_items", id(&session))).await;
    assert_eq!(done["status"], "complete");
    assert_eq!(done["payment_status"], "no_payment_required");
    assert_eq!(done["line_items"]["data"][0]["quantity"], 3);
    let subscription = bench.subscription(done["subscription"].as_str().unwrap()).await;
    assert_eq!(subscription["status"], "trialing");
    assert_eq!(subscription["metadata"]["tenant_id"], "tenant_demo");
    assert_eq!(
        subscription["trial_end"].as_i64().unwrap() - subscription["trial_start"].as_i64().unwrap(),
        14 * DAY
    );
    let item = &subscription["items"]["data"][0];
    assert_eq!(item["quantity"], 3);
    assert_eq!(item["current_period_end"], subscription["trial_end"]);

    let invoices = bench.get(&format!("invoices?customer={customer}")).await;
    let invoice = &invoices["data"][0];
    assert_eq!((invoice["total"].as_i64(), invoice["status"].as_str()), (Some(0), Some("paid")));
    assert_eq!(invoice["billing_reason"], "subscription_create");
    assert_eq!(invoice["parent"]["subscription_details"]["subscription"], subscription["id"]);
    let method = bench
        .get(&format!(
            "payment_methods/{}",
            subscription["default_payment_method"].as_str().unwrap()
        ))
        .await;
    assert_eq!(method["card"]["last4"], "4242");
    assert_eq!(
        bench.get(&format!("setup_intents/{}", done["setup_intent"].as_str().unwrap())).await["status"],
        "succeeded"
    );
    let customer = bench.get(&format!("customers/{customer}")).await;
    assert!(customer["invoice_settings"]["default_payment_method"].is_null(), "{customer}");
}

#[tokio::test]
async fn events_come_in_the_documented_order() {
    let bench = Bench::start().await;
    bench.subscribe(1, true, "4242424242424242").await;
    assert_eq!(
        bench.events().await,
        [
            "customer.created",
            "setup_intent.succeeded",
            "payment_method.attached",
            "customer.updated",
            "customer.subscription.created",
            "invoice.created",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
            "checkout.session.completed",
        ]
    );
}

#[tokio::test]
async fn a_checkout_without_a_trial_is_paid_at_once() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(2, false, "5555555555554444").await;
    assert_eq!(subscription["status"], "active");
    let invoice =
        bench.get(&format!("invoices/{}", subscription["latest_invoice"].as_str().unwrap())).await;
    assert_eq!(
        (invoice["amount_paid"].as_i64(), invoice["status"].as_str()),
        (Some(9_800), Some("paid"))
    );
    let page = bench.page(invoice["hosted_invoice_url"].as_str().unwrap()).await;
    assert!(page.status == 200 && page.text.contains("$98.00"));
    let pdf = bench.page(invoice["invoice_pdf"].as_str().unwrap()).await;
    assert!(pdf.text.starts_with("%PDF-1.4") && pdf.text.ends_with("%%EOF\n"));
}

#[tokio::test]
async fn posting_a_completed_session_again_makes_no_second_subscription() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let session = bench.session(&customer, 1, "subscription_data[trial_period_days]=14").await;
    let url = session["url"].as_str().unwrap();
    let form = card_form("4242424242424242");
    let (first, second) = tokio::join!(bench.form(url, &form), bench.form(url, &form));
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(bench.get("subscriptions?status=all").await["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_wrong_field_is_named_and_nothing_typed_is_lost() {
    let bench = Bench::start().await;
    let price = bench.price().await;
    let session = bench.post("checkout/sessions", &format!("mode=subscription&line_items[0][price]={price}&line_items[0][quantity]=1&success_url=http://a.b/")).await;
    let url = session["url"].as_str().unwrap();
    let answer = bench
        .form(url, "email=nobody&card_number=4242424242424241&exp=01/20&cvc=12&name=%22Ada%22")
        .await;
    assert_eq!(answer.status, 422);
    for field in ["email", "card_number", "exp", "cvc"] {
        assert!(answer.text.contains(&format!("id=\"{field}-error\"")), "{field}");
    }
    for kept in ["nobody", "4242424242424241", "01/20", "&quot;Ada&quot;"] {
        assert!(answer.text.contains(&format!("value=\"{kept}\"")), "{kept}");
    }
}

#[tokio::test]
async fn cards_do_what_the_list_says() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let session = bench.session(&customer, 1, "subscription_data[trial_period_days]=14").await;
    let url = session["url"].as_str().unwrap().to_owned();
    for refused in ["4000000000009995", "4000000000000002", "4000000000000069", "4111111111111111"]
    {
        assert_eq!(bench.form(&url, &card_form(refused)).await.status, 422, "{refused}");
    }
    assert_eq!(bench.get("subscriptions?status=all").await["data"], serde_json::json!([]));

    let challenged = bench.form(&url, &card_form("4000002500003155")).await;
    let challenge = challenged.header("location").to_owned();
    assert!(bench.page(&challenge).await.text.contains("3-D Secure"));
    let refused = bench.form(&challenge, "result=refuse").await;
    assert!(refused.text.contains("unable to authenticate"), "{}", refused.text);
    bench.form(&url, &card_form("4000002500003155")).await;
    assert_eq!(bench.form(&challenge, "result=approve").await.status, 303);
    let subscriptions = bench.get("subscriptions").await;
    assert_eq!(subscriptions["data"][0]["status"], "trialing");

    let later = bench.subscribe(1, true, "4000000000000341").await;
    assert_eq!(later["status"], "trialing");
    let session = bench.session(&bench.customer().await, 1, "").await;
    assert_eq!(
        bench.form(session["url"].as_str().unwrap(), &card_form("4000000000000341")).await.status,
        422
    );
}

#[tokio::test]
async fn one_card_number_has_one_fingerprint() {
    let bench = Bench::start().await;
    let mut prints = Vec::new();
    for card in ["4242424242424242", "4242424242424242", "5555555555554444"] {
        let subscription = bench.subscribe(1, true, card).await;
        let method = bench
            .get(&format!(
                "payment_methods/{}",
                subscription["default_payment_method"].as_str().unwrap()
            ))
            .await;
        prints.push(method["card"]["fingerprint"].as_str().unwrap().to_owned());
    }
    assert_eq!(prints[0], prints[1]);
    assert_ne!(prints[0], prints[2]);
}

#[tokio::test]
async fn an_expired_session_takes_no_card() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let session = bench.session(&customer, 1, "").await;
    let url = session["url"].as_str().unwrap();
    let expired = bench.post(&format!("checkout/sessions/{}/expire", id(&session)), "").await;
    assert_eq!((expired["status"].as_str(), expired["url"].is_null()), (Some("expired"), true));
    let answer = bench.form(url, &card_form("4242424242424242")).await;
    assert!(answer.status == 410 && answer.text.contains("This link has expired"));
    assert_eq!(
        bench.try_post(&format!("checkout/sessions/{}/expire", id(&session)), "").await.status,
        400
    );
    assert_eq!(
        bench.get(&format!("checkout/sessions?customer={customer}&status=expired")).await["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_session_nobody_completes_expires_after_a_day() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let session = bench.session(&customer, 1, "").await;
    bench.advance(session["expires_at"].as_i64().unwrap() + 1).await;
    assert_eq!(
        bench.get(&format!("checkout/sessions/{}", id(&session))).await["status"],
        "expired"
    );
    bench.inbox.wait_for("checkout.session.expired").await;
}

#[tokio::test]
async fn a_checkout_takes_cards_and_says_so_where_it_may_not() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let session = bench.session(&customer, 1, "allowed_payment_method_types[]=card").await;
    assert_eq!(session["allowed_payment_method_types"], serde_json::json!(["card"]));
    let price = bench.price().await;
    let form = format!(
        "mode=subscription&line_items[0][price]={price}&line_items[0][quantity]=1\
         &success_url=http://127.0.0.1/done&allowed_payment_method_types[]=sepa_debit"
    );
    let refused = bench.try_post("checkout/sessions", &form).await;
    assert_eq!(
        (refused.status, refused.json()["error"]["param"].as_str()),
        (400, Some("allowed_payment_method_types"))
    );
}
