//! Fetching what Stripe could not deliver.

use crate::billing::{Billing, BillingResult};
use crate::model::Timestamp;
use crate::store::Db;

/// Puts the events into the inbox that Stripe says some endpoint has not taken, and says how many
/// were new there. `now` is wall time, which the inbox goes by.
pub async fn replay(db: &Db, billing: &Billing, now: Timestamp) -> BillingResult<usize> {
    Ok(db.store_events(billing.undelivered_events().await?, now).await?.len())
}
