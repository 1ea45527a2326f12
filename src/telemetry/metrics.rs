//! Metrics for Prometheus, on a port of their own. What happens is counted where it happens; what is
//! so is read from the database when Prometheus asks.

use crate::clock::Clock;
use crate::model::SubscriptionStatus;
use crate::store::Db;
use dioxus::fullstack::StatusCode;
use dioxus::server::axum::routing::get;
use dioxus::server::axum::{self, Extension, Router};
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The upper bounds of the histograms' buckets, in seconds.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
/// How often what was counted is put together, whether Prometheus asks or not.
const UPKEEP: Duration = Duration::from_secs(5);

/// What has been counted in this process. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Begins to count; a second call answers the first's.
    ///
    /// # Errors
    /// Where something else counts in this process already.
    pub fn start() -> Result<Self, BuildError> {
        static STARTED: OnceLock<PrometheusHandle> = OnceLock::new();
        if let Some(handle) = STARTED.get() {
            return Ok(Self(handle.clone()));
        }
        let handle = PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()?;
        describe();
        Ok(Self(STARTED.get_or_init(|| handle).clone()))
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

/// Serves `GET /metrics` until told to stop.
pub async fn serve(
    listener: TcpListener,
    metrics: Metrics,
    db: Db,
    clock: Clock,
    stop: CancellationToken,
) {
    let upkeep = {
        let handle = metrics.0.clone();
        async move {
            loop {
                tokio::time::sleep(UPKEEP).await;
                handle.run_upkeep();
            }
        }
    };
    let upkeep = tokio::spawn(stop.clone().run_until_cancelled_owned(upkeep));
    let routes = Router::new()
        .route("/metrics", get(page))
        .layer(Extension(metrics))
        .layer(Extension(db))
        .layer(Extension(clock));
    if let Err(error) =
        axum::serve(listener, routes).with_graceful_shutdown(stop.cancelled_owned()).await
    {
        tracing::error!(%error, "metrics are served no more");
    }
    upkeep.abort();
}

async fn page(
    Extension(Metrics(handle)): Extension<Metrics>,
    Extension(db): Extension<Db>,
    Extension(clock): Extension<Clock>,
) -> Result<String, StatusCode> {
    match db.standing().await {
        Ok(standing) => {
            gauge!("inbox_events", "state" => "pending").set(standing.pending as f64);
            gauge!("inbox_events", "state" => "dead").set(standing.dead as f64);
            let waits = standing.oldest.map_or(0, |since| (clock.now() - since).num_seconds());
            gauge!("inbox_oldest_seconds").set(waits as f64);
            for status in SubscriptionStatus::ALL {
                let found = standing.tenants.iter().find(|(found, _)| *found == status);
                let count = found.map_or(0, |(_, count)| *count);
                gauge!("tenants", "status" => status.as_str()).set(count as f64);
            }
        }
        // What was counted is told all the same: that the database is away shows in it.
        Err(error) => tracing::warn!(%error, "the database could not be asked for metrics"),
    }
    Ok(handle.render())
}
