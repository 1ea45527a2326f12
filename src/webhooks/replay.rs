//! Fetching what Stripe could not deliver.

use crate::billing::{Billing, BillingResult};
use crate::model::Timestamp;
use crate::store::Db;
use crate::webhooks::EVENT_TYPES;

/// Puts the events into the inbox that Stripe says some endpoint has not taken, and says how many
/// were new there: it may have been another endpoint. `now` is wall time, which the inbox goes by.
pub async fn replay(db: &Db, billing: &Billing, now: Timestamp) -> BillingResult<usize> {
    let new = db.unknown_events(billing.undelivered_events(EVENT_TYPES).await?).await?;
    Ok(db.store_events(new, now).await?.len())
}
