//! Prunes events that are done from the inbox.

use crate::model::Timestamp;
use crate::store::schema::{activity, stripe_events};
use crate::store::{Db, EventState, StoreResult, query};
use chrono::NaiveDateTime;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// How far pruning has got: an event's `received_at` and `id`.
pub type PrunedUpTo = (Timestamp, String);

impl Db {
    /// Deletes events that are done and were received before `before`, among the oldest `limit` after
    /// `from`. Keeps those that the timeline refers to, as they hold the request's id. Returns how many
    /// are gone, and where to go on; `None` when there are no more.
    pub async fn prune_events(
        &self,
        before: Timestamp,
        from: Option<PrunedUpTo>,
        limit: i64,
    ) -> StoreResult<(usize, Option<PrunedUpTo>)> {
        let (received_at, id) =
            from.map(|(received_at, id)| (received_at.naive_utc(), id)).unwrap_or_default();
        query!(self, conn => {
            let old: Vec<(NaiveDateTime, String)> = stripe_events::table
                .filter(stripe_events::state.eq(EventState::Done.as_str()))
                .filter(stripe_events::received_at.lt(before.naive_utc()))
                .filter(stripe_events::received_at.ge(received_at))
                .filter(stripe_events::received_at.gt(received_at).or(stripe_events::id.gt(id)))
                .order((stripe_events::received_at, stripe_events::id))
                .limit(limit)
                .select((stripe_events::received_at, stripe_events::id))
                .load(&mut *conn)
                .await?;
            let Some((received_at, id)) = old.last() else { return Ok((0, None)) };
            let last = (received_at.and_utc(), id.clone());
            let told_of = activity::table
                .filter(activity::stripe_event_id.eq(stripe_events::id.nullable()));
            let told_of_request = activity::table
                .filter(activity::idempotency_key.eq(stripe_events::idempotency_key));
            let gone = diesel::delete(stripe_events::table)
                .filter(stripe_events::id.eq_any(old.iter().map(|(_, id)| id.as_str())))
                .filter(stripe_events::state.eq(EventState::Done.as_str()))
                .filter(not(exists(told_of)))
                .filter(not(exists(told_of_request)))
                .execute(conn)
                .await?;
            Ok((gone, Some(last)))
        })
    }
}
