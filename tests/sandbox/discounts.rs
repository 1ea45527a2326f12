//! Coupons and promotion codes: redeemed at Checkout or by the API, and the resulting discounts.

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{Answer, Bench, HOUR, card_form, id};

/// Creates a promotion code for a coupon with this form.
async fn code(bench: &Bench, code: &str, coupon: &str) -> Value {
    let coupon = id(&bench.post("coupons", coupon).await);
    let form = format!("promotion[type]=coupon&promotion[coupon]={coupon}&code={code}");
    bench.post("promotion_codes", &form).await
}

/// Buys a subscription with a code.
async fn bought(bench: &Bench, seats: i64, typed: &str, extra: &str) -> Value {
    let customer = bench.customer().await;
    let session =
        bench.session(&customer, seats, &format!("allow_promotion_codes=true&{extra}")).await;
    let url = session["url"].as_str().unwrap();
    let applied = bench.form(&format!("{url}/promotion"), &format!("code={typed}")).await;
    assert_eq!(applied.status, 303, "{}", applied.text);
    assert_eq!(bench.form(url, &card_form("4242424242424242")).await.status, 303);
    let session = bench.get(&format!("checkout/sessions/{}", id(&session))).await;
    bench.subscription(session["subscription"].as_str().unwrap()).await
}

async fn latest(bench: &Bench, subscription: &str) -> Value {
    let subscription = bench.subscription(subscription).await;
    bench.get(&format!("invoices/{}", subscription["latest_invoice"].as_str().unwrap())).await
}

fn period(subscription: &Value) -> (i64, i64) {
    let item = &subscription["items"]["data"][0];
    let at = |field: &str| item[field].as_i64().unwrap();
    (at("current_period_start"), at("current_period_end"))
}

async fn delete(bench: &Bench, path: &str) -> Value {
    Answer::read(bench.request(Method::DELETE, path).send().await.unwrap()).await.json()
}

#[tokio::test]
async fn a_code_typed_in_at_checkout_lowers_the_total_that_is_shown_and_charged() {
    let bench = Bench::start().await;
    let promotion = code(&bench, "WELCOME20", "percent_off=20&duration=forever").await;
    let customer = bench.customer().await;
    let session = bench.session(&customer, 3, "allow_promotion_codes=true").await;
    let url = session["url"].as_str().unwrap();
    assert!(bench.page(url).await.text.contains("Promotion code"));

    let wrong = bench.form(&format!("{url}/promotion"), "code=NOBODY").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("There is no promotion code “NOBODY”."), "{}", wrong.text);
    let applied = bench.form(&format!("{url}/promotion"), "code=welcome20").await;
    assert_eq!((applied.status, applied.header("location")), (303, url_path(url)));
    let page = bench.page(url).await.text;
    assert!(page.contains("WELCOME20: 20% off") && page.contains("$117.60 today"), "{page}");

    let open = bench.get(&format!("checkout/sessions/{}", id(&session))).await;
    assert_eq!((&open["amount_subtotal"], &open["amount_total"]), (&json!(14_700), &json!(11_760)));
    assert_eq!(open["total_details"]["amount_discount"], 2_940);
    assert_eq!(open["discounts"][0]["promotion_code"], promotion["id"]);
    assert_eq!(bench.form(url, &card_form("4242424242424242")).await.status, 303);

    let session = bench.get(&format!("checkout/sessions/{}", id(&session))).await;
    let path =
        format!("subscriptions/{}?expand[]=discounts", session["subscription"].as_str().unwrap());
    let discount = &bench.get(&path).await["discounts"][0];
    assert_eq!(discount["promotion_code"], promotion["id"]);
    assert_eq!(discount["checkout_session"], session["id"]);
    let invoice = latest(&bench, session["subscription"].as_str().unwrap()).await;
    assert_eq!((&invoice["subtotal"], &invoice["amount_paid"]), (&json!(14_700), &json!(11_760)));
    assert_eq!(invoice["total_discount_amounts"][0]["amount"], 2_940);
    assert_eq!(invoice["lines"]["data"][0]["discount_amounts"][0]["discount"], discount["id"]);
    let counted = bench.get(&format!("promotion_codes/{}", id(&promotion))).await;
    assert_eq!(counted["times_redeemed"], 1);
}

fn url_path(url: &str) -> &str {
    &url[url.find("/c/pay/").unwrap()..]
}

#[tokio::test]
async fn checkout_says_for_how_long_a_code_lowers_the_price_and_can_remove_it() {
    let bench = Bench::start().await;
    code(&bench, "ONCE", "percent_off=50&duration=once").await;
    code(&bench, "MONTHS", "percent_off=50&duration=repeating&duration_in_months=3").await;
    let customer = bench.customer().await;
    let session = bench.session(&customer, 2, "allow_promotion_codes=true").await;
    let url = session["url"].as_str().unwrap();
    for (typed, says) in [
        ("ONCE", "$49.00 for the first month, then $98.00 per month"),
        ("MONTHS", "$49.00 per month for 3 months, then $98.00 per month"),
        ("", "Then $98.00 per month"),
    ] {
        bench.form(&format!("{url}/promotion"), &format!("code={typed}")).await;
        let page = bench.page(url).await.text;
        assert!(page.contains(&format!("<p>{says}</p>")), "{typed}: {page}");
    }
    let open = bench.get(&format!("checkout/sessions/{}", id(&session))).await;
    assert_eq!((&open["amount_total"], &open["discounts"]), (&json!(9_800), &json!([])));
}

#[tokio::test]
async fn a_checkout_without_promotion_codes_takes_none() {
    let bench = Bench::start().await;
    code(&bench, "WELCOME20", "percent_off=20").await;
    let customer = bench.customer().await;
    let session = bench.session(&customer, 1, "").await;
    let url = session["url"].as_str().unwrap();
    assert!(!bench.page(url).await.text.contains("Promotion code"));
    assert_eq!(bench.form(&format!("{url}/promotion"), "code=WELCOME20").await.status, 422);
}

#[tokio::test]
async fn once_is_one_paid_invoice_and_repeating_is_so_many_months() {
    let bench = Bench::start().await;
    code(&bench, "HALF", "percent_off=50&duration=once").await;
    code(&bench, "THREE", "amount_off=1000&currency=usd&duration=repeating&duration_in_months=3")
        .await;
    let once = bought(&bench, 2, "HALF", "subscription_data[trial_period_days]=14").await;
    let three = bought(&bench, 2, "THREE", "").await;
    let mut totals = (Vec::new(), vec![latest(&bench, &id(&three)).await["total"].clone()]);
    for _ in 0..4 {
        bench.advance(period(&bench.subscription(&id(&three)).await).1 + HOUR).await;
        totals.0.push(latest(&bench, &id(&once)).await["total"].clone());
        totals.1.push(latest(&bench, &id(&three)).await["total"].clone());
    }
    assert_eq!(totals.0, [4_900, 9_800, 9_800, 9_800]);
    assert_eq!(totals.1, [8_800, 8_800, 8_800, 9_800, 9_800]);
    assert_eq!(bench.subscription(&id(&once)).await["discounts"], json!([]));
    let told = bench.get("events?type=customer.discount.deleted").await;
    assert_eq!(told["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn prorations_and_previews_include_the_discount() {
    let bench = Bench::start().await;
    code(&bench, "QUARTER", "percent_off=25&duration=forever").await;
    let subscription = bought(&bench, 2, "QUARTER", "").await;
    let (start, end) = period(&subscription);
    let half = start + (end - start) / 2;
    bench.advance(half).await;
    let item = id(&subscription["items"]["data"][0]);
    let preview = async |rest: &str| {
        let form = format!(
            "subscription={}&subscription_details[items][0][id]={item}&subscription_details[items][0][quantity]=4&{rest}",
            id(&subscription)
        );
        bench.post("invoices/create_preview", &form).await
    };
    let at_once = "subscription_details[proration_behavior]=always_invoice";
    assert_eq!(preview(at_once).await["amount_due"], 7_350 - 3_675);
    let recurring = preview("preview_mode=recurring").await;
    assert_eq!((&recurring["subtotal"], &recurring["total"]), (&json!(19_600), &json!(14_700)));
    assert_eq!(recurring["total_discount_amounts"][0]["amount"], 4_900);

    let form =
        format!("items[0][id]={item}&items[0][quantity]=4&proration_behavior=always_invoice");
    bench.post(&format!("subscriptions/{}", id(&subscription)), &form).await;
    assert_eq!(latest(&bench, &id(&subscription)).await["amount_paid"], 7_350 - 3_675);
    bench.advance(end + HOUR).await;
    assert_eq!(latest(&bench, &id(&subscription)).await["amount_paid"], 14_700);
}

#[tokio::test]
async fn a_discount_is_put_on_and_taken_off_a_subscription_by_the_api() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(2, false, "4242424242424242").await;
    let path = format!("subscriptions/{}", id(&subscription));
    let coupon = id(&bench.post("coupons", "percent_off=10&duration=forever&name=Friends").await);
    let next = format!("subscription={}", id(&subscription));
    let tried = format!("{next}&discounts[0][coupon]={coupon}");
    assert_eq!(bench.post("invoices/create_preview", &tried).await["total"], 8_820);
    assert_eq!(bench.post("invoices/create_preview", &next).await["total"], 9_800);

    let given = bench.post(&path, &format!("discounts[0][coupon]={coupon}")).await;
    assert_eq!(bench.post("invoices/create_preview", &next).await["total"], 8_820);
    let kept = format!("discounts[0][discount]={}", given["discounts"][0].as_str().unwrap());
    assert_eq!(bench.post(&path, &kept).await["discounts"], given["discounts"]);
    assert_eq!(delete(&bench, &format!("coupons/{coupon}")).await["deleted"], true);
    assert_eq!(bench.post("invoices/create_preview", &next).await["total"], 8_820);
    assert_eq!(bench.post(&path, "discounts=").await["discounts"], json!([]));
    assert_eq!(bench.post("invoices/create_preview", &next).await["total"], 9_800);
    let told = bench.get("events?type=customer.discount.created").await;
    assert_eq!(told["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_redeemed_says_why() {
    let bench = Bench::start().await;
    let refused = async |path: &str, form: &str| {
        let answer = bench.try_post(path, form).await;
        assert!((400..405).contains(&answer.status), "{}", answer.text);
        answer.json()["error"]["message"].as_str().unwrap().to_owned()
    };
    for (form, says) in [
        ("duration=once", "percent_off"),
        ("percent_off=101", "percent_off"),
        ("percent_off=10&amount_off=10&currency=usd", "only specify one"),
        ("amount_off=10", "currency"),
        ("percent_off=10&duration=repeating", "duration_in_months"),
        ("percent_off=10&redeem_by=1", "future"),
    ] {
        let message = refused("coupons", form).await;
        assert!(message.contains(says), "{form}: {message}");
    }
    let promotion = code(&bench, "ONE", "percent_off=10&max_redemptions=1").await;
    let again = format!(
        "promotion[type]=coupon&promotion[coupon]={}&code=one",
        promotion["promotion"]["coupon"].as_str().unwrap()
    );
    assert!(refused("promotion_codes", &again).await.contains("already exists"));
    let listed = bench.get("promotion_codes?code=ONE&active=true").await;
    assert_eq!(listed["data"][0]["id"], promotion["id"]);

    bought(&bench, 1, "ONE", "").await;
    let coupon =
        bench.get(&format!("coupons/{}", promotion["promotion"]["coupon"].as_str().unwrap())).await;
    assert_eq!((&coupon["valid"], &coupon["times_redeemed"]), (&json!(false), &json!(1)));
    let customer = bench.customer().await;
    let session = bench.session(&customer, 1, "allow_promotion_codes=true").await;
    let apply = format!("{}/promotion", session["url"].as_str().unwrap());
    assert!(bench.form(&apply, "code=ONE").await.text.contains("has been used up"));
    bench.post(&format!("promotion_codes/{}", id(&promotion)), "active=false").await;
    assert!(bench.form(&apply, "code=ONE").await.text.contains("has expired"));
    code(&bench, "EURO", "amount_off=500&currency=eur").await;
    assert!(bench.form(&apply, "code=EURO").await.text.contains("for another currency"));
}
