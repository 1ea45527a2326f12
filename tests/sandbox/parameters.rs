//! Parameters that Stripe does not have, and those that the sandbox would otherwise ignore.

use reqwest::Method;

use crate::helpers::{Answer, Bench, id};

const VISA: &str = "4242424242424242";

/// Posts, and returns the error's `code` and `param`; `None` if it was accepted.
async fn refusal(bench: &Bench, path: &str, form: &str) -> Option<(String, String)> {
    let answer = bench.try_post(path, form).await;
    let error = answer.json()["error"].clone();
    assert!(matches!(answer.status, 200 | 400), "{path} {form}: {}", answer.text);
    let text = |field: &str| error[field].as_str().unwrap_or_default().to_owned();
    (answer.status == 400).then(|| (text("code"), text("param")))
}

/// The start of a form for a new subscription, and of one for a Checkout.
async fn forms(bench: &Bench) -> (String, String) {
    let (customer, price) = (bench.customer().await, bench.price().await);
    (
        format!("customer={customer}&items[0][price]={price}"),
        format!(
            "mode=subscription&customer={customer}&success_url=http://127.0.0.1/done\
             &line_items[0][price]={price}&line_items[0][quantity]=1"
        ),
    )
}

#[tokio::test]
async fn a_parameter_that_stripe_does_not_have_is_unknown_at_any_depth() {
    let bench = Bench::start().await;
    let (subscription, checkout) = forms(&bench).await;
    let there = format!("subscriptions/{}", id(&bench.subscribe(1, false, VISA).await));
    let flow = format!("customer={}", bench.customer().await);
    let cases = [
        ("customers", "", "address[bogus]"),
        ("customers", "shipping[name]=Ada", "shipping[address][bogus]"),
        ("customers", "", "invoice_settings[bogus]"),
        ("payment_methods", "type=card", "card[bogus]"),
        ("prices", "currency=usd&unit_amount=1&product_data[name]=One", "recurring[bogus]"),
        ("prices", "currency=usd&unit_amount=1", "product_data[bogus]"),
        ("subscriptions", &subscription, "trial_settings[bogus]"),
        ("subscriptions", &subscription, "payment_settings[bogus]"),
        ("subscriptions", &subscription, "billing_mode[bogus]"),
        ("subscriptions", &subscription, "items[0][bogus]"),
        ("subscriptions", &subscription, "discounts[0][bogus]"),
        (&there, "", "trial_settings[end_behavior][bogus]"),
        (&there, "", "cancellation_details[bogus]"),
        (&there, "", "items[0][bogus]"),
        ("checkout/sessions", &checkout, "customer_update[bogus]"),
        ("checkout/sessions", &checkout, "automatic_tax[bogus]"),
        ("checkout/sessions", &checkout, "branding_settings[bogus]"),
        ("checkout/sessions", &checkout, "subscription_data[bogus]"),
        ("checkout/sessions", &checkout, "line_items[0][bogus]"),
        ("billing_portal/configurations", "", "features[bogus]"),
        ("billing_portal/configurations", "", "features[subscription_cancel][bogus]"),
        ("billing_portal/sessions", &flow, "flow_data[bogus]"),
    ];
    for (path, form, bogus) in cases {
        let refused = refusal(&bench, path, &format!("{form}&{bogus}=1")).await;
        assert_eq!(refused, Some(("parameter_unknown".to_owned(), bogus.to_owned())), "{path}");
    }
    let request = bench.request(Method::GET, "customers?created[bogus]=1");
    let listed = Answer::read(request.send().await.unwrap()).await;
    assert_eq!(listed.json()["error"]["param"], "created[bogus]");
}

#[tokio::test]
async fn a_value_that_would_change_nothing_here_is_refused() {
    let bench = Bench::start().await;
    let (subscription, checkout) = forms(&bench).await;
    let price = "currency=usd&unit_amount=1&product_data[name]=One&recurring[interval]=month";
    let cases = [
        ("subscriptions", &*subscription, "billing_mode[type]=classic", "flexible"),
        ("subscriptions", &subscription, "currency=gbp", "USD"),
        ("subscriptions", &subscription, "proration_behavior=whatever", "none"),
        ("checkout/sessions", &checkout, "customer_update[name]=auto", "never"),
        (
            "checkout/sessions",
            &checkout,
            "subscription_data[billing_mode][type]=classic",
            "flexible",
        ),
        ("checkout/sessions", &checkout, "locale=xx", "fr-CA"),
        ("checkout/sessions", &checkout, "billing_address_collection=never", "required"),
        ("checkout/sessions", &checkout, "submit_type=go", "subscribe"),
        ("prices", price, "recurring[usage_type]=metered", "licensed"),
    ];
    for (path, form, wrong, right) in cases {
        let (param, _) = wrong.split_once('=').unwrap();
        let refused = refusal(&bench, path, &format!("{form}&{wrong}")).await;
        assert_eq!(refused.expect(wrong).1, param);
        assert_eq!(
            refusal(&bench, path, &format!("{form}&{param}={right}")).await,
            None,
            "{param}"
        );
    }
}

#[tokio::test]
async fn a_subscription_with_a_refused_end_is_not_made() {
    let bench = Bench::start().await;
    let (form, _) = forms(&bench).await;
    let refused = refusal(&bench, "subscriptions", &format!("{form}&cancel_at=1")).await;
    assert_eq!(refused.unwrap().1, "cancel_at");
    assert_eq!(bench.get("subscriptions?status=all").await["data"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_webhook_endpoint_names_events_and_a_version_that_stripe_has() {
    let bench = Bench::start().await;
    let events = "url=http://127.0.0.1:9/&enabled_events[]=invoice.paid&enabled_events[]";
    let path = "webhook_endpoints";
    let refused = refusal(&bench, path, &format!("{events}=invoice.payed")).await;
    assert_eq!(refused.unwrap().1, "enabled_events");
    let versioned = format!("{events}=invoice.created&api_version");
    let refused = refusal(&bench, path, &format!("{versioned}=2026-09-31.endive")).await;
    assert_eq!(refused.unwrap().1, "api_version");
    let made = bench.post(path, &format!("{versioned}=2024-06-20")).await;
    let path = format!("{path}/{}", id(&made));
    assert_eq!(refusal(&bench, &path, "enabled_events[]=none").await.unwrap().1, "enabled_events");
}
