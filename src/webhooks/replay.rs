//! Fetching events that Stripe could not deliver.

use crate::billing::{Billing, BillingResult};
use crate::model::Timestamp;
use crate::store::Db;
use crate::webhooks::EVENT_TYPES;
use chrono::TimeDelta;

/// How long Stripe lists its events.
const LISTED_FOR: TimeDelta = TimeDelta::days(30);
/// How long Stripe retries delivery.
const TRIED_FOR: TimeDelta = TimeDelta::days(3);

/// Stores the events that, according to Stripe, some endpoint has not accepted, and returns how many
/// were new: it may have been another endpoint. Works page by page, and keeps what it has stored if a
/// later page can't be read. `looked_at` is when all of them were last read, by Stripe's clock: nothing
/// that Stripe had given up by then is new. `now` is wall time, which the inbox uses.
pub async fn replay(
    db: &Db,
    billing: &Billing,
    looked_at: Option<Timestamp>,
    now: Timestamp,
) -> BillingResult<usize> {
    let since = looked_at.map_or(billing.now() - LISTED_FOR, |looked_at| looked_at - TRIED_FOR);
    let (mut new, mut last) = (0, None::<String>);
    loop {
        let page = billing.undelivered_events(EVENT_TYPES, since, last.as_deref()).await?;
        let Some(oldest) = page.last() else { return Ok(new) };
        last = Some(oldest.id.clone());
        new += db.store_events(db.unknown_events(page).await?, now).await?.len();
    }
}
