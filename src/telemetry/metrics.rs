//! Prometheus metrics: recorded where things happen, aggregated here.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;

/// The upper bounds of the histograms' buckets, in seconds.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
/// How often recorded values are aggregated, whether Prometheus scrapes or not.
const UPKEEP: Duration = Duration::from_secs(5);

/// What has been recorded in this process. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Starts recording; a second call returns the first one's metrics.
    ///
    /// # Errors
    /// When this process already has another recorder.
    pub fn start() -> Result<Self, BuildError> {
        static STARTED: OnceLock<PrometheusHandle> = OnceLock::new();
        if let Some(handle) = STARTED.get() {
            return Ok(Self(handle.clone()));
        }
        let handle = PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()?;
        describe();
        Ok(Self(STARTED.get_or_init(|| handle).clone()))
    }

    /// Aggregates recorded values every few seconds, without end.
    pub async fn keep_up(self) {
        loop {
            tokio::time::sleep(UPKEEP).await;
            self.0.run_upkeep();
        }
    }

    /// All metrics, in Prometheus's text format.
    pub fn render(&self) -> String {
        self.0.render()
    }
}

fn describe() {
    let seconds = Unit::Seconds;
    describe_histogram!(
        "http_request_duration_seconds",
        seconds,
        "Requests until their answer began, by method, route and status"
    );
    describe_histogram!(
        "stripe_request_duration_seconds",
        seconds,
        "Calls to Stripe, each try by itself, by operation and outcome"
    );
    describe_counter!(
        "webhooks_received_total",
        "Events that Stripe sent, by whether they were new"
    );
    describe_counter!("webhooks_refused_total", "Webhooks that were refused, by reason");
    describe_histogram!(
        "webhook_lag_seconds",
        seconds,
        "From an event's arrival to when its tenant was in sync"
    );
    describe_counter!("webhooks_put_off_total", "Attempts to deal with an event that failed");
    describe_gauge!("inbox_events", "Events in the inbox that are not done, by state");
    describe_gauge!("inbox_oldest_seconds", seconds, "How long the oldest waiting event waits");
    describe_gauge!("tenants", "Tenants by their subscription's status");
}
