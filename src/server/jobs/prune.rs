//! The job that deletes inbox events that were done long ago.

use crate::clock::Clock;
use crate::store::{Db, PrunedUpTo, StoreResult};
use chrono::TimeDelta;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the job runs; first at the start.
const INTERVAL: Duration = Duration::from_secs(6 * 3600);
/// How many events it handles per batch: few, so that other writers hardly wait.
const BATCH: i64 = 500;
/// The pause after each batch, for other writers.
const PAUSE: Duration = Duration::from_millis(100);

/// Prunes until `stop`. `kept_for` is how long an event is kept after it was received, by `clock`,
/// which is the inbox's.
pub async fn keep_pruned(db: Db, clock: Clock, kept_for: TimeDelta, stop: CancellationToken) {
    let work = async {
        // What an earlier run kept is looked at again only after a restart.
        let mut from = None;
        loop {
            match prune(&db, &clock, kept_for, &mut from).await {
                Ok(0) => {}
                Ok(events) => tracing::info!(events, "pruned the inbox"),
                Err(error) => tracing::warn!(%error, "the inbox could not be pruned"),
            }
            tokio::time::sleep(INTERVAL).await;
        }
    };
    stop.run_until_cancelled(work).await;
}

async fn prune(
    db: &Db,
    clock: &Clock,
    kept_for: TimeDelta,
    from: &mut Option<PrunedUpTo>,
) -> StoreResult<usize> {
    let before = clock.now() - kept_for;
    let mut pruned = 0;
    loop {
        let (gone, last) = db.prune_events(before, from.clone(), BATCH).await?;
        pruned += gone;
        if last.is_none() {
            return Ok(pruned);
        }
        *from = last;
        tokio::time::sleep(PAUSE).await;
    }
}
