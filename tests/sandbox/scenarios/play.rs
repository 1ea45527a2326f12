//! Plays a scenario and compares the results.

use reqwest::Method;
use serde_json::Value;

use super::START;
use crate::helpers::{Bench, card_form, id};
use Step::*;

/// Something done to a subscription.
pub enum Step {
    /// A Checkout with this card, and the answer to its 3-D Secure challenge, if there is one.
    Checkout { seats: i64, trial: bool, card: &'static str, challenge: &'static str },
    /// The clock moves to this time.
    Until(i64),
    /// A number of seats, with `proration_behavior` and `payment_behavior`.
    Seats(i64, &'static str),
    /// `POST /v1/subscriptions/{id}` with this form.
    Update(&'static str),
    /// Cancelled at once, with these parameters.
    Cancel(&'static str),
    /// Cancelled by the customer, in the Billing Portal.
    CancelInPortal,
    /// A new card, entered in the Billing Portal.
    NewCard(&'static str),
    /// The latest invoice is paid by `/pay`; whether that succeeds.
    Pay(bool),
    /// The latest invoice is paid on its hosted page, with the cardholder's approval.
    PayOnPage,
    /// What follows the last retry, and the days of the retries.
    AfterRetries { days: &'static str, then: &'static str },
    /// A second subscription of one seat, created by another program with the same key.
    Duplicate,
    /// The duplicate is cancelled, and its invoice refunded by a credit note.
    TakeDuplicateBack,
}

pub struct Row {
    step: Step,
    /// The subscription's status after the step; empty while there is none.
    status: &'static str,
    events: &'static [&'static str],
    /// The status, total and amount paid of each invoice that was created or changed.
    invoices: &'static [(&'static str, i64, i64)],
}

pub const fn row(
    step: Step,
    status: &'static str,
    events: &'static [&'static str],
    invoices: &'static [(&'static str, i64, i64)],
) -> Row {
    Row { step, status, events, invoices }
}

/// Plays the rows and compares the results.
pub async fn play(source: &str, rows: Vec<Row>) {
    assert!(source.starts_with("https://docs.stripe.com/"));
    let bench = Bench::start().await;
    bench.post("test_helpers/test_clocks", &format!("frozen_time={START}")).await;
    let mut play = Play { customer: bench.customer().await, bench, seen: 0, known: Vec::new() };
    play.seen = play.events().await.len();
    for (place, row) in rows.into_iter().enumerate() {
        play.carry_out(&row.step).await;
        let events = play.events().await.split_off(play.seen);
        play.seen += events.len();
        assert_eq!(events, row.events, "the events of row {place}");
        let invoices = play.changed_invoices().await;
        let invoices: Vec<_> =
            invoices.iter().map(|(status, total, paid)| (status.as_str(), *total, *paid)).collect();
        assert_eq!(invoices, row.invoices, "the invoices of row {place}");
        assert_eq!(play.status().await, row.status, "the status after row {place}");
    }
}

struct Play {
    bench: Bench,
    customer: String,
    /// How many events have been compared.
    seen: usize,
    /// The last known invoices, newest first.
    known: Vec<Value>,
}

impl Play {
    async fn carry_out(&self, step: &Step) {
        let bench = &self.bench;
        match *step {
            Checkout { seats, trial, card, challenge } => {
                let extra = if trial { "subscription_data[trial_period_days]=14" } else { "" };
                let session = bench.session(&self.customer, seats, extra).await;
                let page = session["url"].as_str().unwrap();
                let answer = bench.form(page, &card_form(card)).await;
                if answer.header("location").ends_with("/challenge") {
                    bench.form(&format!("{page}/challenge"), &format!("result={challenge}")).await;
                }
            }
            Until(moment) => bench.advance(moment).await,
            Seats(quantity, how) => {
                let item = id(&self.subscription().await["items"]["data"][0]);
                let form = format!("items[0][id]={item}&items[0][quantity]={quantity}&{how}");
                bench.post(&format!("subscriptions/{}", self.id().await), &form).await;
            }
            Update(form) => {
                bench.post(&format!("subscriptions/{}", self.id().await), form).await;
            }
            Cancel(form) => self.delete(&self.id().await, form).await,
            CancelInPortal => {
                let form = format!("subscription={}", self.id().await);
                bench.form(&format!("{}/cancel", self.portal().await), &form).await;
            }
            NewCard(card) => {
                bench.form(&format!("{}/card", self.portal().await), &card_form(card)).await;
            }
            Pay(works) => {
                let answer =
                    bench.try_post(&format!("invoices/{}/pay", self.latest().await), "").await;
                assert_eq!(answer.status == 200, works, "{}", answer.text);
            }
            PayOnPage => {
                let page = format!("/i/{}", self.latest().await);
                let answer = bench.form(&format!("{page}/pay"), "").await;
                assert!(answer.header("location").ends_with("/challenge"), "{}", answer.text);
                bench.form(&format!("{page}/challenge"), "result=approve").await;
            }
            AfterRetries { days, then } => {
                let form = format!("retry_days={days}&then={then}");
                assert_eq!(bench.form("/_sandbox/payments", &form).await.status, 200);
            }
            Duplicate => {
                let price = bench.price().await;
                let card = &self.subscription().await["default_payment_method"];
                let form = format!(
                    "customer={}&items[0][price]={price}&default_payment_method={}",
                    self.customer,
                    card.as_str().unwrap()
                );
                bench.post("subscriptions", &form).await;
            }
            TakeDuplicateBack => {
                let newest = &self.all().await[0];
                let invoice = newest["latest_invoice"].as_str().unwrap();
                self.delete(&id(newest), "").await;
                let form =
                    format!("invoice={invoice}&amount=4900&refund_amount=4900&reason=duplicate");
                bench.post("credit_notes", &form).await;
            }
        }
    }

    async fn delete(&self, subscription: &str, form: &str) {
        let request =
            self.bench.request(Method::DELETE, &format!("subscriptions/{subscription}?{form}"));
        assert_eq!(request.send().await.unwrap().status(), 200);
    }

    async fn portal(&self) -> String {
        let form = format!("customer={}", self.customer);
        let session = self.bench.post("billing_portal/sessions", &form).await;
        session["url"].as_str().unwrap().to_owned()
    }

    async fn all(&self) -> Vec<Value> {
        let list = self.bench.get("subscriptions?status=all").await;
        list["data"].as_array().unwrap().clone()
    }

    /// The first subscription, which the rows are about.
    async fn subscription(&self) -> Value {
        self.all().await.pop().unwrap_or_default()
    }

    async fn id(&self) -> String {
        id(&self.subscription().await)
    }

    async fn latest(&self) -> String {
        self.subscription().await["latest_invoice"].as_str().unwrap().to_owned()
    }

    async fn status(&self) -> String {
        self.subscription().await["status"].as_str().unwrap_or_default().to_owned()
    }

    async fn events(&self) -> Vec<String> {
        let mut events = Vec::new();
        let mut before = String::new();
        loop {
            let page = self.bench.get(&format!("events?limit=100{before}")).await;
            for event in page["data"].as_array().unwrap() {
                before = format!("&starting_after={}", id(event));
                events.push(event["type"].as_str().unwrap().to_owned());
            }
            if page["has_more"] == false {
                events.reverse();
                return events
                    .into_iter()
                    .filter(|kind| !kind.starts_with("test_helpers"))
                    .collect();
            }
        }
    }

    async fn changed_invoices(&mut self) -> Vec<(String, i64, i64)> {
        let list = self.bench.get("invoices?limit=100").await;
        let now = list["data"].as_array().unwrap().clone();
        let changed = now.iter().rev().filter(|invoice| !self.known.contains(invoice));
        let shown = changed.map(|invoice| {
            let amount = |field: &str| invoice[field].as_i64().unwrap();
            (invoice["status"].as_str().unwrap().to_owned(), amount("total"), amount("amount_paid"))
        });
        let shown = shown.collect();
        self.known = now;
        shown
    }
}
