//! For any sequence of seat changes, the invoices and the customer's balance together charge what exact
//! arithmetic gives, except that each line is rounded to whole cents.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reqwest::Method;
use serde_json::Value;

use crate::helpers::{Bench, DAY, HOUR, id};

const START: i64 = 1_796_083_200;
const UNIT: i64 = 4_900;

/// One change: how long after the previous one, to how many seats, and how it is billed.
#[derive(Clone, Debug)]
struct Change {
    after: i64,
    seats: i64,
    how: How,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    Create,
    Always,
    None,
}

impl How {
    fn word(self) -> &'static str {
        match self {
            How::Create => "create_prorations",
            How::Always => "always_invoice",
            How::None => "none",
        }
    }
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let how = prop_oneof![3 => Just(How::Create), 3 => Just(How::Always), 1 => Just(How::None)];
    let change = (1..20 * DAY, 1..60_i64, how);
    let change = change.prop_map(|(after, seats, how)| Change { after, seats, how });
    prop::collection::vec(change, 1..8)
}

/// An exact sum of fractions of cents, as pairs of numerator and denominator.
#[derive(Default)]
struct Exact(Vec<(i128, i128)>);

impl Exact {
    fn add(&mut self, cents: i64, part: i64, of: i64) {
        self.0.push((i128::from(cents) * i128::from(part), i128::from(of)));
    }

    /// How far a number of cents is from the sum, times the common denominator, and that denominator.
    fn distance(&self, cents: i64) -> (i128, i128) {
        let common = self.0.iter().fold(1, |common, (_, of)| common / gcd(common, *of) * of);
        let sum: i128 = self.0.iter().map(|(part, of)| part * (common / of)).sum();
        ((i128::from(cents) * common - sum).abs(), common)
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[test]
fn invoices_and_balance_are_what_exact_arithmetic_gives() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config { cases: 48, ..Config::default() });
    let outcome = runner.run(&(1..60_i64, changes()), |(seats, changes)| {
        runtime.block_on(check(seats, &changes));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn seats_that_go_up_and_down_within_a_second_cost_nothing() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config { cases: 24, ..Config::default() });
    let between = prop::collection::vec(1..60_i64, 1..6);
    let outcome = runner.run(&(1..60_i64, 1..28 * DAY, between), |(seats, after, between)| {
        let total = runtime.block_on(there_and_back(seats, START + after, &between));
        prop_assert_eq!(total, UNIT * seats);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// The next invoice's total after changing to these numbers of seats and back to the first.
async fn there_and_back(seats: i64, at: i64, between: &[i64]) -> i64 {
    let bench = Bench::start().await;
    bench.post("test_helpers/test_clocks", &format!("frozen_time={START}")).await;
    let subscription = bench.subscribe(seats, false, "4242424242424242").await;
    bench.advance(at).await;
    let item = format!("subscription_items/{}", id(&subscription["items"]["data"][0]));
    for quantity in between.iter().chain([&seats]) {
        bench.post(&item, &format!("quantity={quantity}")).await;
    }
    let form = format!("subscription={}", id(&subscription));
    bench.post("invoices/create_preview", &form).await["total"].as_i64().unwrap()
}

async fn check(mut seats: i64, changes: &[Change]) {
    let bench = Bench::start().await;
    bench.post("test_helpers/test_clocks", &format!("frozen_time={START}")).await;
    let subscription = bench.subscribe(seats, false, "4242424242424242").await;
    let sub = id(&subscription);
    let item = id(&subscription["items"]["data"][0]);
    let (mut start, mut end) = period(&subscription);
    let mut exact = Exact::default();
    exact.add(UNIT * seats, 1, 1);
    let mut now = START;
    for change in changes {
        now += change.after;
        bench.advance(now).await;
        while end <= now {
            // A renewal charges the current seats for the whole period that begins.
            exact.add(UNIT * seats, 1, 1);
            (start, end) = next_month(&bench, &sub, end).await;
        }
        let form = format!("quantity={}&proration_behavior={}", change.seats, change.how.word());
        bench.post(&format!("subscription_items/{item}"), &form).await;
        if change.how != How::None {
            exact.add(UNIT * (change.seats - seats), end - now, end - start);
        }
        seats = change.seats;
    }
    // In the hour until a renewal's draft is paid, another period can begin.
    now += HOUR;
    bench.advance(now).await;
    while end <= now {
        exact.add(UNIT * seats, 1, 1);
        (_, end) = next_month(&bench, &sub, end).await;
        now += HOUR;
        bench.advance(now).await;
    }
    // The final invoice takes what is still pending.
    let path = format!("subscriptions/{sub}?invoice_now=true");
    assert_eq!(bench.request(Method::DELETE, &path).send().await.unwrap().status(), 200);

    let invoices = bench.get("invoices?limit=100").await;
    let invoices = invoices["data"].as_array().unwrap();
    assert!(invoices.iter().all(|invoice| invoice["status"] == "paid"), "{invoices:#?}");
    let sum = |field: &str| invoices.iter().map(|row| row[field].as_i64().unwrap()).sum::<i64>();
    let customer = bench.get("customers").await["data"][0].clone();
    // Credit is a negative balance: it was invoiced but not paid out.
    let balance = customer["balance"].as_i64().unwrap();
    assert_eq!(sum("amount_paid"), sum("total") - balance);

    let prorated = invoices
        .iter()
        .flat_map(|invoice| invoice["lines"]["data"].as_array().unwrap())
        .filter(|line| line["parent"]["subscription_item_details"]["proration"] == true)
        .count();
    let (distance, common) = exact.distance(sum("total"));
    let most = i128::try_from(prorated).unwrap() * common;
    assert!(2 * distance <= most, "{} cents are off by {distance}/{common}", sum("total"));
}

fn period(subscription: &Value) -> (i64, i64) {
    let item = &subscription["items"]["data"][0];
    (item["current_period_start"].as_i64().unwrap(), item["current_period_end"].as_i64().unwrap())
}

/// The period after the one that ended at `end`, from the invoice of that renewal.
async fn next_month(bench: &Bench, subscription: &str, end: i64) -> (i64, i64) {
    let invoices = bench.get(&format!("invoices?limit=100&subscription={subscription}")).await;
    let lines = invoices["data"].as_array().unwrap().iter();
    let period = lines
        .flat_map(|invoice| invoice["lines"]["data"].as_array().unwrap())
        .map(|line| &line["period"])
        .find(|period| period["start"] == end)
        .unwrap_or_else(|| panic!("no renewal at {end}"));
    (end, period["end"].as_i64().unwrap())
}
