//! The job that fetches events which no webhook brought, settles changes of seats whose answer never
//! came, and compares tenants with Stripe that nobody has asked about for a while.

use crate::billing::Walk;
use crate::webhooks::{Worker, replay};
use chrono::TimeDelta;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the job looks for such tenants.
const INTERVAL: Duration = Duration::from_secs(900);
/// How long a tenant goes unsynced before the job syncs it. Processes that share a database share
/// the work: whoever comes first makes it current.
const STALE_AFTER: TimeDelta = TimeDelta::hours(6);

/// Works until told to stop.
pub async fn keep_reconciled(worker: Worker, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(INTERVAL) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = reconcile(&worker) => {}
        }
    }
}

async fn reconcile(Worker { db, billing, clock, arrived }: &Worker) {
    match replay(db, billing, clock.now()).await {
        Ok(0) => {}
        Ok(events) => {
            tracing::warn!(events, "took events that no webhook had brought");
            arrived.notify_one();
        }
        Err(error) => tracing::warn!(%error, "undelivered events could not be read"),
    }
    let synced_before = Some(billing.now() - STALE_AFTER);
    let (mut tenants, mut differed) = (0_u64, 0_u64);
    let walked = billing
        .reconcile_all(Walk { dry_run: false, synced_before }, |finding| {
            tenants += 1;
            let tenant_id = finding.tenant_id;
            match finding.outcome {
                Ok(None) => {}
                Ok(Some(_)) => {
                    differed += 1;
                    tracing::warn!(%tenant_id, "differed from Stripe without an event");
                }
                Err(error) => tracing::error!(%tenant_id, %error, "could not be reconciled"),
            }
        })
        .await;
    match walked {
        Ok(()) => tracing::info!(tenants, differed, "reconciled"),
        Err(error) => tracing::warn!(tenants, differed, %error, "reconciling stopped half-way"),
    }
}
