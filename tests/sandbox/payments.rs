//! First payments that wait, trials without a card, and refunds.

use reqwest::Method;
use serde_json::Value;

use crate::helpers::{Answer, Bench, DAY, HOUR, id};

/// A customer with one of Stripe's ready-made cards as the default.
async fn customer_with(bench: &Bench, card: &str) -> String {
    let customer = bench.customer().await;
    let form = format!("customer={customer}");
    let method = bench.post(&format!("payment_methods/{card}/attach"), &form).await;
    let form = format!("invoice_settings[default_payment_method]={}", id(&method));
    bench.post(&format!("customers/{customer}"), &form).await;
    customer
}

async fn start(bench: &Bench, customer: &str, seats: i64, extra: &str) -> Answer {
    let price = bench.price().await;
    let items = format!("items[0][price]={price}&items[0][quantity]={seats}");
    bench.try_post("subscriptions", &format!("customer={customer}&{items}&{extra}")).await
}

async fn latest_invoice(bench: &Bench, subscription: &Value) -> Value {
    bench.get(&format!("invoices/{}", subscription["latest_invoice"].as_str().unwrap())).await
}

async fn balance(bench: &Bench, customer: &str) -> i64 {
    bench.get(&format!("customers/{customer}")).await["balance"].as_i64().unwrap()
}

#[tokio::test]
async fn a_subscription_by_the_api_is_charged_at_once() {
    let bench = Bench::start().await;
    let customer = customer_with(&bench, "pm_card_visa").await;
    let made = start(&bench, &customer, 2, "metadata[plan]=agents&cancel_at_period_end=true").await;
    let made = made.json();
    assert_eq!((&made["status"], &made["metadata"]["plan"]), (&"active".into(), &"agents".into()));
    assert_eq!(made["cancel_at"], made["items"]["data"][0]["current_period_end"]);
    let invoice = latest_invoice(&bench, &made).await;
    assert_eq!(
        (&invoice["amount_paid"], &invoice["billing_reason"]),
        (&9_800.into(), &"subscription_create".into())
    );
}

#[tokio::test]
async fn a_first_payment_that_fails_leaves_it_incomplete_and_after_23_hours_it_expires() {
    let bench = Bench::start().await;
    let customer = customer_with(&bench, "pm_card_chargeCustomerFail").await;
    let made = start(&bench, &customer, 1, "").await.json();
    assert_eq!(made["status"], "incomplete");
    let created = made["created"].as_i64().unwrap();
    bench.advance(created + 23 * HOUR - 1).await;
    assert_eq!(bench.subscription(&id(&made)).await["status"], "incomplete");
    bench.advance(created + 23 * HOUR).await;
    let expired = bench.subscription(&id(&made)).await;
    assert_eq!(expired["status"], "incomplete_expired");
    assert_eq!(latest_invoice(&bench, &expired).await["status"], "void");
}

#[tokio::test]
async fn an_incomplete_subscription_is_active_once_it_is_paid_with_another_card() {
    let bench = Bench::start().await;
    let customer = customer_with(&bench, "pm_card_chargeCustomerFail").await;
    let made = start(
        &bench,
        &customer,
        1,
        "payment_behavior=default_incomplete&expand[]=latest_invoice.confirmation_secret",
    )
    .await
    .json();
    assert_eq!(made["status"], "incomplete");
    let secret = made["latest_invoice"]["confirmation_secret"]["client_secret"].as_str().unwrap();
    assert!(secret.starts_with("pi_"), "{secret}");
    let invoice = id(&made["latest_invoice"]);
    assert_eq!(made["latest_invoice"]["attempt_count"], 0);
    assert_eq!(bench.try_post(&format!("invoices/{invoice}/pay"), "").await.status, 402);
    let card =
        bench.post("payment_methods/pm_card_visa/attach", &format!("customer={customer}")).await;
    let paid = bench
        .post(&format!("invoices/{invoice}/pay"), &format!("payment_method={}", id(&card)))
        .await;
    assert_eq!(paid["status"], "paid");
    assert_eq!(bench.subscription(&id(&made)).await["status"], "active");
}

#[tokio::test]
async fn a_subscription_keeps_the_card_that_paid_for_it_where_it_is_asked_to() {
    let bench = Bench::start().await;
    let customer = customer_with(&bench, "pm_card_chargeCustomerFail").await;
    let card =
        bench.post("payment_methods/pm_card_visa/attach", &format!("customer={customer}")).await;
    let pay = format!("payment_method={}", id(&card));
    let saves = "payment_settings[save_default_payment_method]=";
    for (word, expected) in [("off", &Value::Null), ("on_subscription", &card["id"])] {
        let made = start(&bench, &customer, 1, &format!("{saves}{word}")).await.json();
        let invoice = made["latest_invoice"].as_str().unwrap();
        bench.post(&format!("invoices/{invoice}/pay"), &pay).await;
        let active = bench.subscription(&id(&made)).await;
        assert_eq!(
            (&active["status"], &active["default_payment_method"]),
            (&"active".into(), expected)
        );
    }
    assert_eq!(start(&bench, &customer, 1, &format!("{saves}always")).await.status, 400);
}

#[tokio::test]
async fn voiding_the_first_invoice_ends_an_incomplete_subscription() {
    let bench = Bench::start().await;
    let customer = customer_with(&bench, "pm_card_authenticationRequired").await;
    let made = start(&bench, &customer, 1, "").await.json();
    assert_eq!(made["status"], "incomplete");
    let invoice = made["latest_invoice"].as_str().unwrap();
    assert_eq!(bench.post(&format!("invoices/{invoice}/void"), "").await["status"], "void");
    assert_eq!(bench.subscription(&id(&made)).await["status"], "incomplete_expired");
    assert_eq!(bench.try_post(&format!("invoices/{invoice}/void"), "").await.status, 400);
}

#[tokio::test]
async fn where_the_first_payment_is_required_a_failure_makes_nothing() {
    let bench = Bench::start().await;
    let customer = customer_with(&bench, "pm_card_chargeCustomerFail").await;
    let refused = start(&bench, &customer, 1, "payment_behavior=error_if_incomplete").await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (402, &"card_declined".into()));
    assert_eq!(bench.get("subscriptions?status=all").await["data"], Value::Array(Vec::new()));
    assert_eq!(bench.get("invoices").await["data"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn a_trial_that_ends_without_a_card_pauses_and_can_be_resumed() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let extra = "trial_period_days=14&trial_settings[end_behavior][missing_payment_method]=pause";
    let made = start(&bench, &customer, 2, extra).await.json();
    let sub = id(&made);
    bench.advance(made["trial_end"].as_i64().unwrap() + DAY).await;
    assert_eq!(bench.subscription(&sub).await["status"], "paused");
    let events = bench.events().await;
    let told = ["customer.subscription.updated", "customer.subscription.paused"];
    assert_eq!(events[events.len() - told.len()..], told);

    // Without a card the new period cannot be charged, so it stays paused.
    let tried = bench.post(&format!("subscriptions/{sub}/resume"), "").await;
    assert_eq!(tried["status"], "paused");
    let invoice = latest_invoice(&bench, &tried).await;
    assert_eq!((&invoice["status"], &invoice["amount_due"]), (&"open".into(), &9_800.into()));
    // There are no retries: it waits until somebody pays.
    bench.advance(made["trial_end"].as_i64().unwrap() + 20 * DAY).await;
    assert_eq!(bench.subscription(&sub).await["status"], "paused");
    let card =
        bench.post("payment_methods/pm_card_visa/attach", &format!("customer={customer}")).await;
    let form = format!("payment_method={}", id(&card));
    bench.post(&format!("invoices/{}/pay", id(&invoice)), &form).await;
    assert_eq!(bench.subscription(&sub).await["status"], "active");
    assert!(bench.events().await.contains(&"customer.subscription.resumed".to_owned()));
    assert_eq!(bench.try_post(&format!("subscriptions/{sub}/resume"), "").await.status, 400);
}

#[tokio::test]
async fn a_trial_that_ends_without_a_card_may_end_the_subscription_which_nobody_asked_for() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let extra = "trial_period_days=1&trial_settings[end_behavior][missing_payment_method]=cancel";
    let made = start(&bench, &customer, 1, extra).await.json();
    bench.advance(made["trial_end"].as_i64().unwrap()).await;
    let over = bench.subscription(&id(&made)).await;
    assert_eq!(
        (&over["status"], &over["cancellation_details"]["reason"]),
        (&"canceled".into(), &Value::Null)
    );
}

#[tokio::test]
async fn a_paused_subscription_whose_period_is_kept_is_active_at_once() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let extra = "trial_period_days=1&trial_settings[end_behavior][missing_payment_method]=pause";
    let made = start(&bench, &customer, 1, extra).await.json();
    bench.advance(made["trial_end"].as_i64().unwrap()).await;
    let form = "billing_cycle_anchor[type]=unchanged";
    let resumed = bench.post(&format!("subscriptions/{}/resume", id(&made)), form).await;
    assert_eq!(resumed["status"], "active");
}

#[tokio::test]
async fn a_resumption_that_is_to_be_paid_needs_a_card_and_one_that_works() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    let extra = "trial_period_days=1&trial_settings[end_behavior][missing_payment_method]=pause";
    let made = start(&bench, &customer, 1, extra).await.json();
    bench.advance(made["trial_end"].as_i64().unwrap()).await;
    let (sub, before) = (id(&made), made["latest_invoice"].clone());
    let path = format!("subscriptions/{sub}/resume");
    let pays = "billing_cycle_anchor[type]=now&payment_behavior=resume_on_payment_success";
    let refused = bench.try_post(&path, pays).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]["type"]),
        (400, &"invalid_request_error".into())
    );
    let paused = bench.subscription(&sub).await;
    assert_eq!((&paused["status"], &paused["latest_invoice"]), (&"paused".into(), &before));
    assert_eq!(bench.try_post(&path, "payment_behavior=resume_somehow").await.status, 400);

    let pay_with = async |card: &str| {
        let form = format!("customer={customer}");
        let card = bench.post(&format!("payment_methods/{card}/attach"), &form).await;
        let form = format!("default_payment_method={}", id(&card));
        bench.post(&format!("subscriptions/{sub}"), &form).await;
        bench.post(&path, pays).await
    };
    let declined = pay_with("pm_card_chargeCustomerFail").await;
    assert_eq!(declined["status"], "paused");
    let invoice = latest_invoice(&bench, &declined).await;
    assert_eq!(invoice["status"], "open");
    bench.post(&format!("invoices/{}/void", id(&invoice)), "").await;
    assert_eq!(bench.subscription(&sub).await["status"], "paused");
    let resumed = pay_with("pm_card_visa").await;
    assert_eq!(resumed["status"], "active");
    assert_eq!(latest_invoice(&bench, &resumed).await["amount_paid"], 4_900);
}

#[tokio::test]
async fn a_trial_cut_short_is_charged_at_once_after_its_reminder() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(3, true, "4242424242424242").await;
    let path = format!("subscriptions/{}", id(&subscription));
    let active = bench.post(&path, "trial_end=now").await;
    assert_eq!(active["status"], "active");
    let invoice = latest_invoice(&bench, &active).await;
    assert_eq!((&invoice["status"], &invoice["amount_paid"]), (&"paid".into(), &14_700.into()));
    let events = bench.events().await;
    let reminded = events.iter().position(|kind| kind == "customer.subscription.trial_will_end");
    let updated = events.iter().position(|kind| kind == "customer.subscription.updated");
    assert!(reminded.is_some() && reminded < updated, "{events:?}");
}

#[tokio::test]
async fn what_is_less_than_stripe_charges_waits_on_the_balance() {
    let bench = Bench::start().await;
    let customer = customer_with(&bench, "pm_card_visa").await;
    bench.post(&format!("customers/{customer}"), "balance=-4870").await;
    let made = start(&bench, &customer, 1, "").await.json();
    let invoice = latest_invoice(&bench, &made).await;
    assert_eq!(
        (&invoice["status"], &invoice["total"], &invoice["amount_due"], &invoice["ending_balance"]),
        (&"paid".into(), &4_900.into(), &0.into(), &30.into())
    );
    assert_eq!(balance(&bench, &customer).await, 30);
}

#[tokio::test]
async fn voiding_gives_back_what_the_invoice_took_from_the_balance() {
    let bench = Bench::start().await;
    let customer = customer_with(&bench, "pm_card_chargeCustomerFail").await;
    bench.post(&format!("customers/{customer}"), "balance=-1000").await;
    let made = start(&bench, &customer, 1, "").await.json();
    let invoice = latest_invoice(&bench, &made).await;
    assert_eq!((&invoice["amount_due"], balance(&bench, &customer).await), (&3_900.into(), 0));
    bench.post(&format!("invoices/{}/void", id(&invoice)), "").await;
    assert_eq!(balance(&bench, &customer).await, -1_000);
}

#[tokio::test]
async fn a_payment_is_refunded_in_parts_and_never_beyond() {
    let bench = Bench::start().await;
    let customer = customer_with(&bench, "pm_card_visa").await;
    let made = start(&bench, &customer, 1, "expand[]=latest_invoice.payments").await.json();
    let payment = &made["latest_invoice"]["payments"]["data"][0];
    assert_eq!((&payment["status"], &payment["amount_paid"]), (&"paid".into(), &4_900.into()));
    let intent = payment["payment"]["payment_intent"].as_str().unwrap();
    let refund = |amount: &str| format!("payment_intent={intent}{amount}");
    let first = bench.post("refunds", &refund("&amount=1000&reason=duplicate")).await;
    assert_eq!((&first["amount"], &first["status"]), (&1_000.into(), &"succeeded".into()));
    assert_eq!(bench.try_post("refunds", &refund("&amount=3901")).await.status, 400);
    assert_eq!(bench.post("refunds", &refund("")).await["amount"], 3_900);
    let charge = bench.get(&format!("charges?payment_intent={intent}")).await["data"][0].clone();
    assert_eq!((&charge["amount_refunded"], &charge["refunded"]), (&4_900.into(), &true.into()));
    let again = bench.try_post("refunds", &refund("")).await;
    assert_eq!(again.json()["error"]["code"], "charge_already_refunded");
    let all = bench.get(&format!("refunds?payment_intent={intent}")).await;
    assert_eq!(all["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_credit_note_lowers_an_open_invoice_and_settles_it_when_nothing_is_left() {
    let bench = Bench::start().await;
    let customer = customer_with(&bench, "pm_card_chargeCustomerFail").await;
    let made = start(&bench, &customer, 1, "").await.json();
    let invoice = made["latest_invoice"].as_str().unwrap();
    let note = |amount: i64| format!("invoice={invoice}&amount={amount}");
    bench.post("credit_notes", &note(900)).await;
    assert_eq!(bench.get(&format!("invoices/{invoice}")).await["amount_remaining"], 4_000);
    assert_eq!(bench.try_post("credit_notes", &note(4_001)).await.status, 400);
    let last = bench.post("credit_notes", &note(4_000)).await;
    assert_eq!(last["pre_payment_amount"], 4_000);
    assert_eq!(bench.get(&format!("invoices/{invoice}")).await["status"], "paid");
    assert_eq!(bench.subscription(&id(&made)).await["status"], "active");
}

#[tokio::test]
async fn a_credit_note_on_a_paid_invoice_says_where_the_money_goes() {
    let bench = Bench::start().await;
    let customer = customer_with(&bench, "pm_card_visa").await;
    let made = start(&bench, &customer, 1, "").await.json();
    let invoice = made["latest_invoice"].as_str().unwrap();
    let note = |rest: &str| format!("invoice={invoice}&amount=4900{rest}");
    assert_eq!(bench.try_post("credit_notes", &note("")).await.status, 400);
    assert_eq!(bench.try_post("credit_notes", &note("&refund_amount=4800")).await.status, 400);
    let parts = note("&refund_amount=3000&credit_amount=1900&reason=duplicate");
    let made = bench.post("credit_notes", &parts).await;
    assert_eq!(made["refunds"][0]["amount_refunded"], 3_000);
    assert_eq!(balance(&bench, &customer).await, -1_900);
    assert_eq!(bench.try_post("credit_notes", &parts).await.status, 400);
}

#[tokio::test]
async fn an_invoice_is_finalised_by_hand_and_paid_outside_stripe() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, true, "4000000000000341").await;
    bench.advance(subscription["trial_end"].as_i64().unwrap()).await;
    let draft = latest_invoice(&bench, &bench.subscription(&id(&subscription)).await).await;
    let path = format!("invoices/{}", id(&draft));
    let open = bench.post(&format!("{path}/finalize"), "auto_advance=false").await;
    assert_eq!((&open["status"], &open["attempt_count"]), (&"open".into(), &0.into()));
    assert_eq!(bench.try_post(&format!("{path}/finalize"), "").await.status, 400);
    let paid = bench.post(&format!("{path}/pay"), "paid_out_of_band=true").await;
    assert_eq!(paid["status"], "paid");
    assert_eq!(bench.get("charges").await["data"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn what_a_cancelled_subscription_owes_is_not_collected_any_more() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, true, "4242424242424242").await;
    let end = subscription["trial_end"].as_i64().unwrap();
    bench.advance(end).await;
    let sub = id(&subscription);
    bench.request(Method::DELETE, &format!("subscriptions/{sub}")).send().await.unwrap();
    bench.advance(end + DAY).await;
    let invoice = latest_invoice(&bench, &bench.subscription(&sub).await).await;
    assert_eq!((&invoice["status"], &invoice["auto_advance"]), (&"draft".into(), &false.into()));
}

#[tokio::test]
async fn the_schedule_of_retries_is_refused_when_it_makes_no_sense() {
    let bench = Bench::start().await;
    let answer = bench.form("/_sandbox/payments", "retry_days=3,1&then=unpaid").await;
    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("rising order"), "{}", answer.text);
    let answer = bench.form("/_sandbox/payments", "retry_days=1,2&then=active").await;
    assert!(answer.status == 400 && answer.text.contains("past_due"), "{}", answer.text);
}
