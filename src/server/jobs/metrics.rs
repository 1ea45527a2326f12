//! `GET /metrics`, on its own port. Gauges are read from the database when Prometheus asks.

use crate::clock::Clock;
use crate::model::SubscriptionStatus;
use crate::store::Db;
use crate::telemetry::Metrics;
use dioxus::server::axum::routing::get;
use dioxus::server::axum::{self, Extension, Router};
use metrics::gauge;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Serves the metrics until `stop`.
pub async fn serve(
    listener: TcpListener,
    metrics: Metrics,
    db: Db,
    clock: Clock,
    stop: CancellationToken,
) {
    let upkeep = metrics.clone().keep_up();
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
    Extension(metrics): Extension<Metrics>,
    Extension(db): Extension<Db>,
    Extension(clock): Extension<Clock>,
) -> String {
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
        // The counters are served all the same: they show that the database is away.
        Err(error) => tracing::warn!(%error, "the database could not be asked for metrics"),
    }
    metrics.render()
}
