//! Keeps the price on the pages current.

use crate::billing::Billing;
use crate::store::{Db, StoreResult};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How long the first start waits for the price before going on without it.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often the price is read again.
const INTERVAL: Duration = Duration::from_secs(3600);
/// The delay before a failed read is retried, doubled after each failure up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// When to read the price next. If the database has none, reads it now, if Stripe answers soon.
pub async fn first(db: &Db, billing: &Billing, price: &str) -> StoreResult<Duration> {
    if db.price(price).await?.is_some() {
        return Ok(Duration::ZERO);
    }
    Ok(match timeout(PATIENCE, billing.refresh_plan()).await {
        Ok(Ok(_)) => INTERVAL,
        Ok(Err(error)) => {
            tracing::warn!(%error, "the price could not be read from Stripe yet; trying again");
            FIRST_PAUSE
        }
        Err(_) => {
            tracing::warn!("Stripe did not say the price within {PATIENCE:?}; trying again");
            FIRST_PAUSE
        }
    })
}

/// Reads the price after `wait`, then every hour; backs off while that fails.
pub async fn keep(billing: Billing, mut wait: Duration) {
    let mut pause = FIRST_PAUSE;
    loop {
        sleep(wait).await;
        wait = match billing.refresh_plan().await {
            Ok(_) => {
                pause = FIRST_PAUSE;
                INTERVAL
            }
            Err(error) => {
                tracing::warn!(%error, "the price could not be read from Stripe");
                pause = (pause * 2).min(LONGEST_PAUSE);
                pause
            }
        };
    }
}
