//! The periods that invoices cover, and a cancellation within one.

use serde_json::Value;

use crate::helpers::{Bench, HOUR, id};

const VISA: &str = "4242424242424242";

fn period(subscription: &Value) -> (i64, i64) {
    let item = &subscription["items"]["data"][0];
    (item["current_period_start"].as_i64().unwrap(), item["current_period_end"].as_i64().unwrap())
}

#[tokio::test]
async fn an_invoice_looks_back_at_the_period_before_and_its_lines_ahead() {
    let bench = Bench::start().await;
    let trial = bench.subscribe(1, true, VISA).await;
    let sub = id(&trial);
    let mut before = period(&trial);
    for _ in 0..2 {
        bench.advance(before.1).await;
        let now = period(&bench.subscription(&sub).await);
        let invoice = bench.latest_invoice(&sub).await;
        let line = &invoice["lines"]["data"][0]["period"];
        assert_eq!(
            (&invoice["period_start"], &invoice["period_end"]),
            (&before.0.into(), &before.1.into())
        );
        assert_eq!((&line["start"], &line["end"]), (&now.0.into(), &now.1.into()));
        before = now;
    }
}

#[tokio::test]
async fn an_end_within_a_period_credits_what_is_left_unless_told_not_to() {
    for (extra, balance) in [("", -4_900), ("&proration_behavior=none", 0)] {
        let bench = Bench::start().await;
        let subscription = bench.subscribe(2, false, VISA).await;
        let (start, end) = period(&subscription);
        let middle = (start + end) / 2;
        let path = format!("subscriptions/{}", id(&subscription));
        bench.post(&path, &format!("cancel_at={middle}{extra}")).await;
        bench.advance(middle + HOUR).await;
        let over = bench.subscription(&id(&subscription)).await;
        assert_eq!((&over["status"], &over["ended_at"]), (&"canceled".into(), &middle.into()));
        let customer = over["customer"].as_str().unwrap();
        assert_eq!(bench.get(&format!("customers/{customer}")).await["balance"], balance);
    }
}
