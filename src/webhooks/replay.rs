//! Fetching what Stripe could not deliver.

use crate::billing::{Billing, BillingResult};
use crate::model::Timestamp;
use crate::store::Db;
use crate::webhooks::EVENT_TYPES;
use chrono::TimeDelta;

/// For so long Stripe lists its events.
const LISTED_FOR: TimeDelta = TimeDelta::days(30);
/// For so long Stripe tries to deliver one.
const TRIED_FOR: TimeDelta = TimeDelta::days(3);

/// Puts the events into the inbox that Stripe says some endpoint has not taken, and says how many
/// were new there: it may have been another endpoint. It goes page by page, and what it has stored stays
/// when a later page can't be read. `looked_at` is when all of them were last looked at, by Stripe's
/// clock: of what was given up by then nothing is new. `now` is wall time, which the inbox goes by.
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
