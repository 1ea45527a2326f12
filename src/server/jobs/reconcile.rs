//! The job that fetches events no webhook delivered, settles seat changes that were never answered, and
//! compares tenants with Stripe that have not been synced for a while.

use crate::billing::{Billing, Walk};
use crate::model::Timestamp;
use crate::webhooks::{Worker, replay};
use chrono::TimeDelta;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How often the job looks for such tenants, and the longest random delay in seconds, so that processes
/// started together don't keep calling Stripe together.
const INTERVAL: Duration = Duration::from_secs(900);
const LATE: u64 = 120;
/// How long a tenant goes unsynced before the job syncs it. Processes that share a database share the
/// work: the first one syncs it.
const STALE_AFTER: TimeDelta = TimeDelta::hours(6);

/// Runs until `stop`. Comparing many tenants takes hours, so nothing else waits for it.
pub async fn keep_reconciled(worker: Worker, stop: CancellationToken) {
    let catching_up = async {
        let mut looked_at = None;
        loop {
            pause().await;
            catch_up(&worker, &mut looked_at).await;
        }
    };
    let comparing = async {
        loop {
            pause().await;
            compare(&worker.billing).await;
        }
    };
    stop.run_until_cancelled(async { tokio::join!(catching_up, comparing) }).await;
}

async fn pause() {
    let late = Duration::from_secs(Uuid::new_v4().as_u64_pair().1 % LATE);
    tokio::time::sleep(INTERVAL + late).await;
}

/// Fetches events that no webhook delivered, and settles abandoned changes. `looked_at` is when all
/// undelivered events were last checked, by Stripe's clock.
async fn catch_up(worker: &Worker, looked_at: &mut Option<Timestamp>) {
    let Worker { db, billing, clock, arrived } = worker;
    let now = billing.now();
    match replay(db, billing, *looked_at, clock.now()).await {
        Ok(events) => {
            *looked_at = Some(now);
            if events > 0 {
                tracing::warn!(events, "took events that no webhook had brought");
                arrived.notify_one();
            }
        }
        Err(error) => tracing::warn!(%error, "undelivered events could not be read"),
    }
    if let Err(error) = billing.settle_given_up().await {
        tracing::warn!(%error, "changes of seats that were given up could not be settled");
    }
}

/// Compares tenants with Stripe that have not been synced for a while.
async fn compare(billing: &Billing) {
    let synced_before = Some(billing.now() - STALE_AFTER);
    let (mut tenants, mut differed) = (0_u64, 0_u64);
    let walked = billing
        .reconcile_all(Walk { dry_run: false, synced_before }, |compared| {
            tenants += 1;
            let tenant_id = compared.tenant_id;
            match compared.outcome {
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
