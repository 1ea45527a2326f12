//! What an invoice is charged with, and when it is retried.

use crate::helpers::{Bench, DAY, HOUR, id};

const VISA: &str = "4242424242424242";

async fn count(bench: &Bench, event: &str) -> usize {
    bench.events().await.iter().filter(|kind| *kind == event).count()
}

#[tokio::test]
async fn a_missing_card_is_not_tried_again_before_there_is_one() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, true, VISA).await;
    let (sub, end) = (id(&subscription), subscription["trial_end"].as_i64().unwrap());
    let card = subscription["default_payment_method"].as_str().unwrap();
    bench.post(&format!("payment_methods/{card}/detach"), "").await;
    bench.advance(end + HOUR + 2 * DAY).await;
    assert_eq!(bench.subscription(&sub).await["status"], "past_due");
    assert_eq!(count(&bench, "invoice.payment_failed").await, 1);
    let waits = bench.latest_invoice(&sub).await;
    assert_eq!(waits["next_payment_attempt"], end + HOUR + 3 * DAY);

    bench.pay_with(&subscription, "pm_card_visa").await;
    bench.advance(end + HOUR + 3 * DAY).await;
    assert_eq!(bench.latest_invoice(&sub).await["status"], "paid");
    assert_eq!(bench.subscription(&sub).await["status"], "active");
}

#[tokio::test]
async fn a_card_that_asks_for_its_holder_is_tried_once_and_given_up_when_the_retries_are_over() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, true, VISA).await;
    bench.pay_with(&subscription, "pm_card_authenticationRequired").await;
    let end = subscription["trial_end"].as_i64().unwrap();
    bench.advance(end + 13 * DAY).await;
    assert_eq!(bench.subscription(&id(&subscription)).await["status"], "past_due");
    bench.advance(end + HOUR + 14 * DAY).await;
    let over = bench.subscription(&id(&subscription)).await;
    assert_eq!(
        (&over["status"], &over["cancellation_details"]["reason"]),
        (&"canceled".into(), &"payment_failed".into())
    );
    for event in ["invoice.payment_failed", "invoice.payment_action_required"] {
        assert_eq!(count(&bench, event).await, 1, "{event}");
    }
}

#[tokio::test]
async fn an_invoice_is_charged_with_its_own_card_where_it_has_one() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, true, VISA).await;
    let (sub, end) = (id(&subscription), subscription["trial_end"].as_i64().unwrap());
    bench.advance(end).await;
    let draft = bench.latest_invoice(&sub).await;
    assert!(draft["default_payment_method"].is_null(), "{draft}");
    let path = format!("invoices/{}", id(&draft));
    let customer = subscription["customer"].as_str().unwrap();
    let card = bench.attach(customer, "pm_card_chargeCustomerFail").await;
    bench.post(&path, &format!("default_payment_method={card}")).await;
    bench.advance(end + HOUR).await;
    assert_eq!(bench.latest_invoice(&sub).await["status"], "open");
    assert_eq!(bench.subscription(&sub).await["status"], "past_due");
    bench.post(&path, "default_payment_method=").await;
    assert_eq!(bench.post(&format!("{path}/pay"), "").await["status"], "paid");
}

#[tokio::test]
async fn a_paid_invoice_is_not_advanced_any_more() {
    let bench = Bench::start().await;
    let sub = id(&bench.subscribe(1, false, VISA).await);
    let paid = bench.latest_invoice(&sub).await;
    let after = bench.post(&format!("invoices/{}", id(&paid)), "auto_advance=true").await;
    assert_eq!(after, paid);
}
