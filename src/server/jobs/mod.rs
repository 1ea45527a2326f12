//! Background jobs, which run until the portal is stopped.

mod metrics;
mod price;
mod prune;
mod reconcile;

use crate::clock::Clock;
use crate::config::Config;
use crate::server::StartError;
use crate::server::router::Services;
use crate::store::Db;
use crate::telemetry::Metrics;
use crate::webhooks::Worker;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Starts them all.
pub async fn spawn(
    config: &Config,
    services: &Services,
    stop: &CancellationToken,
) -> Result<TaskTracker, StartError> {
    let (tasks, clock) = (TaskTracker::new(), Clock::default());
    let (db, billing) = (services.db.clone(), services.billing.clone());
    let prices =
        price::keep(billing.clone(), price::first(&db, &billing, config.price.as_str()).await?);
    tasks.spawn(stop.clone().run_until_cancelled_owned(prices));
    tasks.spawn(stop.clone().run_until_cancelled_owned(db.clone().listen()));
    let kept_for = config.inbox_kept_for;
    tasks.spawn(prune::keep_pruned(db.clone(), clock.clone(), kept_for, stop.clone()));
    if let Some(addr) = config.telemetry.metrics_addr {
        serve_metrics(addr, db.clone(), &tasks, stop).await?;
    }
    let worker = Worker { db, billing, clock, arrived: services.inbox.arrived.clone() };
    tasks.spawn(reconcile::keep_reconciled(worker.clone(), stop.clone()));
    tasks.spawn(worker.run(stop.clone()));
    tasks.close();
    Ok(tasks)
}

async fn serve_metrics(
    addr: SocketAddr,
    db: Db,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) -> Result<(), StartError> {
    let unusable = |error| StartError::MetricsAddress { addr, error };
    let listener = TcpListener::bind(addr).await.map_err(unusable)?;
    let (metrics, clock) = (Metrics::start()?, Clock::default());
    tasks.spawn(metrics::serve(listener, metrics, db, clock, stop.clone()));
    Ok(())
}
