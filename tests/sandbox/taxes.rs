//! Automatic tax: enabled at Checkout or by the API, and on every invoice and preview from then on.

use serde_json::{Value, json};

use crate::helpers::{Answer, Bench, HOUR, card_form, id};

const TAXED: &str =
    "automatic_tax[enabled]=true&customer_update[address]=auto&billing_address_collection=required";

async fn pay(bench: &Bench, session: &Value, address: &str) -> Answer {
    let form = format!("{}&{address}", card_form("4242424242424242"));
    bench.form(session["url"].as_str().unwrap(), &form).await
}

/// Buys a number of seats from Germany, without a trial.
async fn bought(bench: &Bench, seats: i64, extra: &str) -> Value {
    let customer = bench.customer().await;
    let session = bench.session(&customer, seats, &format!("{TAXED}&{extra}")).await;
    assert_eq!(pay(bench, &session, "country=DE&postal_code=10115").await.status, 303);
    let session = bench.get(&format!("checkout/sessions/{}", id(&session))).await;
    bench.subscription(session["subscription"].as_str().unwrap()).await
}

async fn latest(bench: &Bench, subscription: &Value) -> Value {
    let now = bench.subscription(&id(subscription)).await;
    bench.get(&format!("invoices/{}", now["latest_invoice"].as_str().unwrap())).await
}

#[tokio::test]
async fn checkout_asks_for_the_address_and_puts_the_tax_on_top() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let session = bench.session(&customer, 3, TAXED).await;
    assert_eq!(session["automatic_tax"]["status"], "requires_location_inputs");
    let page = bench.page(session["url"].as_str().unwrap()).await.text;
    for field in ["autocomplete=\"country\"", "autocomplete=\"postal-code\""] {
        assert!(page.contains(field), "{page}");
    }
    let wrong = pay(&bench, &session, "country=XX&postal_code=").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("Choose your country."), "{}", wrong.text);
    assert!(wrong.text.contains("Enter your postal code."), "{}", wrong.text);

    assert_eq!(pay(&bench, &session, "country=DE&postal_code=10115").await.status, 303);
    let session = bench.get(&format!("checkout/sessions/{}", id(&session))).await;
    assert_eq!(
        (&session["amount_subtotal"], &session["amount_total"]),
        (&json!(14_700), &json!(17_493))
    );
    assert_eq!(session["total_details"]["amount_tax"], 2_793);
    assert_eq!(session["automatic_tax"]["status"], "complete");
    assert_eq!(session["customer_details"]["address"]["country"], "DE");
    let customer = bench.get(&format!("customers/{customer}")).await;
    assert_eq!(customer["address"]["postal_code"], "10115");

    let subscription = bench.subscription(session["subscription"].as_str().unwrap()).await;
    assert_eq!(subscription["automatic_tax"]["enabled"], true);
    let invoice = latest(&bench, &subscription).await;
    assert_eq!(invoice["automatic_tax"]["status"], "complete");
    assert_eq!(
        (&invoice["total_excluding_tax"], &invoice["amount_paid"]),
        (&json!(14_700), &json!(17_493))
    );
    assert_eq!(invoice["total_taxes"][0]["amount"], 2_793);
    let tax = &invoice["lines"]["data"][0]["taxes"][0];
    assert_eq!(
        (&tax["taxable_amount"], &tax["tax_behavior"]),
        (&json!(14_700), &json!("exclusive"))
    );
    let page = bench.page(invoice["hosted_invoice_url"].as_str().unwrap()).await.text;
    assert!(page.contains("<dt>Tax</dt><dd>$27.93</dd>"), "{page}");
}

#[tokio::test]
async fn nobody_pays_a_tax_that_was_not_shown() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let session = bench.session(&customer, 2, TAXED).await;
    let shown = pay(&bench, &session, "country=DE&postal_code=10115&shown=9800").await;
    assert_eq!(shown.status, 200);
    assert!(shown.text.contains("The tax for your country is $18.62"), "{}", shown.text);
    assert!(shown.text.contains("value=\"11662\"") && shown.text.contains("Tax (DE, 19%)"));
    assert_eq!(bench.get("subscriptions").await["data"], json!([]));
    let paid = pay(&bench, &session, "country=DE&postal_code=10115&shown=11662").await;
    assert_eq!(paid.status, 303);

    let customer = bench.customer().await;
    let session = bench.session(&customer, 2, TAXED).await;
    let untaxed = pay(&bench, &session, "country=US&postal_code=94103&shown=9800").await;
    assert_eq!(untaxed.status, 303);
    let invoice = &bench.get("invoices").await["data"][0];
    assert_eq!(
        (&invoice["total"], &invoice["total_taxes"][0]["amount"]),
        (&json!(9_800), &json!(0))
    );
    assert_eq!(invoice["total_taxes"][0]["taxability_reason"], "not_collecting");
}

#[tokio::test]
async fn prorations_previews_and_credits_are_taxed_line_by_line() {
    let bench = Bench::start().await;
    let subscription = bought(&bench, 2, "").await;
    let item = &subscription["items"]["data"][0];
    let at = |field: &str| item[field].as_i64().unwrap();
    let (start, end) = (at("current_period_start"), at("current_period_end"));
    bench.advance(start + (end - start) / 2).await;
    let more = format!(
        "subscription={}&subscription_details[items][0][id]={}&subscription_details[items][0][quantity]=3",
        id(&subscription),
        id(item)
    );
    let at_once = format!("{more}&subscription_details[proration_behavior]=always_invoice");
    let preview = bench.post("invoices/create_preview", &at_once).await;
    // 7350 and -4900, each with 19 %: 1396.5 and -931, halves rounded away from zero.
    assert_eq!(
        (&preview["total_excluding_tax"], &preview["total"]),
        (&json!(2_450), &json!(2_916))
    );
    let recurring =
        bench.post("invoices/create_preview", &format!("{more}&preview_mode=recurring")).await;
    assert_eq!(recurring["total"], 17_493);

    let change = format!("items[0][id]={}&items[0][quantity]=1", id(item));
    bench.post(&format!("subscriptions/{}", id(&subscription)), &change).await;
    let next = format!("subscription={}", id(&subscription));
    let preview = bench.post("invoices/create_preview", &next).await;
    assert_eq!(preview["total_excluding_tax"], 4_900 - 2_450);
    bench.advance(end + HOUR).await;
    let invoice = latest(&bench, &subscription).await;
    assert_eq!(
        (&invoice["total"], &invoice["amount_paid"]),
        (&preview["total"], &preview["total"])
    );
}

#[tokio::test]
async fn tax_comes_after_the_discount() {
    let bench = Bench::start().await;
    let coupon = id(&bench.post("coupons", "percent_off=20&duration=forever").await);
    let subscription = bought(&bench, 3, &format!("discounts[0][coupon]={coupon}")).await;
    let invoice = latest(&bench, &subscription).await;
    assert_eq!(
        (&invoice["total_excluding_tax"], &invoice["total"]),
        (&json!(11_760), &json!(13_994))
    );
}

#[tokio::test]
async fn without_a_known_country_no_tax_can_be_asked_for() {
    let bench = Bench::start().await;
    let customer = bench.post("customers", "payment_method=pm_card_visa").await;
    let price = bench.price().await;
    let start =
        format!("customer={}&items[0][price]={price}&automatic_tax[enabled]=true", id(&customer));
    let refused = bench.try_post("subscriptions", &start).await;
    assert_eq!(refused.json()["error"]["code"], "customer_tax_location_invalid");
    let session = format!(
        "mode=subscription&customer={}&line_items[0][price]={price}&line_items[0][quantity]=1&success_url=http://127.0.0.1/&automatic_tax[enabled]=true",
        id(&customer)
    );
    let refused = bench.try_post("checkout/sessions", &session).await;
    assert!(refused.text.contains("customer_update[address]"), "{}", refused.text);

    let path = format!("customers/{}", id(&customer));
    let method = bench.get(&format!("{path}/payment_methods")).await["data"][0].clone();
    bench.post(&path, "address[country]=fr").await;
    let started = bench
        .post("subscriptions", &format!("{start}&default_payment_method={}", id(&method)))
        .await;
    assert_eq!(latest(&bench, &started).await["amount_paid"], 5_880);
    bench.post(&path, "tax_exempt=exempt").await;
    let next = format!("subscription={}", id(&started));
    assert_eq!(bench.post("invoices/create_preview", &next).await["total"], 4_900);
    bench.post(&path, "tax_exempt=none").await;
    let off = format!("{next}&automatic_tax[enabled]=false");
    assert_eq!(bench.post("invoices/create_preview", &off).await["total"], 4_900);
    assert_eq!(bench.post("invoices/create_preview", &next).await["total"], 5_880);
}

#[tokio::test]
async fn a_price_says_how_it_stands_to_tax_in_one_of_three_words() {
    let bench = Bench::start().await;
    let sold = bench.get(&format!("prices/{}", bench.price().await)).await;
    assert_eq!(sold["tax_behavior"], "exclusive");

    let new = "currency=usd&unit_amount=4900&product_data[name]=Plan";
    assert_eq!(bench.post("prices", new).await["tax_behavior"], "unspecified");
    for behavior in ["exclusive", "inclusive", "unspecified"] {
        let made = bench.post("prices", &format!("{new}&tax_behavior={behavior}")).await;
        assert_eq!(made["tax_behavior"], behavior);
    }
    let refused = bench.try_post("prices", &format!("{new}&tax_behavior=included")).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]["param"]),
        (400, &json!("tax_behavior")),
        "{}",
        refused.text
    );
    let changed = bench.try_post(&format!("prices/{}", id(&sold)), "tax_behavior=none").await;
    assert_eq!(changed.status, 400, "{}", changed.text);
}
