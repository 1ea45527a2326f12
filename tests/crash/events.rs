//! A steady flow of signed webhook events.

use crate::helpers::sign;
use crate::random::Random;
use crate::setting::stripe;
use reqwest::{Client, Method, StatusCode};
use serde_json::json;
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Sends events as Stripe does, and remembers which were answered with 200.
pub struct Sender {
    pub http: Client,
    pub portal_url: String,
    pub secret: String,
    pub stripe_url: String,
    /// The customers that the events are about.
    pub customers: Vec<String>,
    pub random: Random,
    pub taken: Vec<String>,
    /// How many were answered otherwise, or not at all.
    pub not_taken: usize,
}

impl Sender {
    /// Sends events until stopped.
    pub async fn pour(mut self, stop: CancellationToken) -> Self {
        let mut sent = 0;
        while !stop.is_cancelled() {
            if sent % 50 == 0 {
                self.look_for_customers().await;
            }
            sent += 1;
            self.send().await;
            sleep(Duration::from_millis(5 + self.random.below(20))).await;
        }
        self
    }

    pub async fn look_for_customers(&mut self) {
        let fields = [("limit", "100")];
        let list = stripe(&self.http, &self.stripe_url, Method::GET, "/customers", &fields).await;
        let ids = list["data"].as_array().into_iter().flatten();
        let ids = ids.filter_map(|customer| customer["id"].as_str().map(str::to_owned));
        self.customers = ids.chain(["cus_of_somebody_else".to_owned()]).collect();
    }

    /// Sends one event; returns the answer, if there was one.
    pub async fn send(&mut self) -> Option<reqwest::Response> {
        let id = format!("evt_{}", uuid::Uuid::new_v4().simple());
        let customer = &self.customers[self.random.below(self.customers.len() as u64) as usize];
        let now = chrono::Utc::now().timestamp();
        let body = json!({
            "id": id, "object": "event", "type": "customer.subscription.updated", "created": now,
            "livemode": false, "api_version": "2026-09-30.endive", "request": null,
            "data": {"object": {"id": "sub_told_of", "object": "subscription", "customer": customer}},
        })
        .to_string();
        let request = self.http.post(format!("{}/api/webhooks/stripe", self.portal_url));
        let request = request.header("stripe-signature", sign(&body, &self.secret, now));
        let answer = request.body(body).send().await.ok();
        if answer.as_ref().is_some_and(|answer| answer.status() == StatusCode::OK) {
            self.taken.push(id);
        } else {
            self.not_taken += 1;
        }
        answer
    }
}
