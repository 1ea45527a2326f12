//! The webhook inbox.

use crate::model::{StripeEvent, Timestamp};
use crate::store::schema::stripe_events;
use crate::store::{Db, DbPool, StoreResult, query};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// An event that a worker has taken.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = stripe_events)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
pub struct ClaimedEvent {
    pub id: String,
    pub event_type: String,
    /// The `id` of what the event is about.
    pub object_id: Option<String>,
    pub customer_id: Option<String>,
    /// The key of the request that brought it about, if it was a request.
    pub idempotency_key: Option<String>,
    /// How often it was taken, this time included.
    pub attempts: i32,
}

/// Where an event stands in the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = stripe_events)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
pub struct EventState {
    /// "pending", "done" or "dead".
    pub state: String,
    pub attempts: i32,
    pub last_error: Option<String>,
}

impl Db {
    /// Stores an event, durably; one that is there already is left as it is, except that a dead one
    /// is worked on again. Whether there is something to do.
    pub async fn store_event(&self, event: &StripeEvent, now: Timestamp) -> StoreResult<bool> {
        query!(self, conn => {
            let inserted = diesel::insert_into(stripe_events::table)
                .values((
                    stripe_events::id.eq(&event.id),
                    stripe_events::event_type.eq(&event.event_type),
                    stripe_events::api_version.eq(event.api_version.as_deref()),
                    stripe_events::livemode.eq(event.livemode),
                    stripe_events::object_id.eq(event.object_id.as_deref()),
                    stripe_events::object_type.eq(event.object_type.as_deref()),
                    stripe_events::customer_id.eq(event.customer_id.as_deref()),
                    stripe_events::created_at.eq(event.created.naive_utc()),
                    stripe_events::request_id.eq(event.request_id.as_deref()),
                    stripe_events::idempotency_key.eq(event.idempotency_key.as_deref()),
                    stripe_events::received_at.eq(now.naive_utc()),
                    stripe_events::state.eq("pending"),
                    stripe_events::due_at.eq(now.naive_utc()),
                ))
                .on_conflict_do_nothing()
                .execute(&mut *conn)
                .await?;
            if inserted == 1 {
                return Ok(true);
            }
            let revived = diesel::update(stripe_events::table.find(&event.id))
                .filter(stripe_events::state.eq("dead"))
                .set((
                    stripe_events::state.eq("pending"),
                    stripe_events::attempts.eq(0),
                    stripe_events::due_at.eq(now.naive_utc()),
                ))
                .execute(conn)
                .await?;
            Ok(revived == 1)
        })
    }

    /// Takes up to `limit` due events and puts them off until `lease`, so that they come back by
    /// themselves if the worker that took them is gone.
    pub async fn claim_events(
        &self,
        limit: i64,
        now: Timestamp,
        lease: Timestamp,
    ) -> StoreResult<Vec<ClaimedEvent>> {
        macro_rules! due {
            () => {
                stripe_events::table
                    .filter(stripe_events::state.eq("pending"))
                    .filter(stripe_events::due_at.le(now.naive_utc()))
                    .order((stripe_events::due_at, stripe_events::id))
                    .limit(limit)
                    .select(stripe_events::id)
            };
        }
        macro_rules! claim {
            ($conn:ident, $ids:expr) => {{
                let ids: Vec<String> = $ids.load(&mut *$conn).await?;
                let claimed = diesel::update(stripe_events::table)
                    .filter(stripe_events::id.eq_any(ids))
                    .set((
                        stripe_events::attempts.eq(stripe_events::attempts + 1),
                        stripe_events::due_at.eq(lease.naive_utc()),
                    ))
                    .returning(ClaimedEvent::as_returning())
                    .get_results(&mut *$conn)
                    .await?;
                Ok(claimed)
            }};
        }
        match &self.pool {
            DbPool::Sqlite(pool) => {
                let mut pooled = pool.get().await?;
                pooled.immediate_transaction(async |conn| claim!(conn, due!())).await
            }
            DbPool::Postgres(pool) => {
                use diesel_async::AsyncConnection;
                let mut pooled = pool.get().await?;
                pooled
                    .transaction(async |conn| claim!(conn, due!().for_update().skip_locked()))
                    .await
            }
        }
    }

    /// Marks an event as dealt with, unless another worker has taken it since.
    pub async fn finish_event(&self, event: &ClaimedEvent) -> StoreResult<()> {
        query!(self, conn => {
            diesel::update(stripe_events::table.find(&event.id))
                .filter(stripe_events::state.eq("pending"))
                .filter(stripe_events::attempts.eq(event.attempts))
                .set((
                    stripe_events::state.eq("done"),
                    stripe_events::last_error.eq(None::<&str>),
                ))
                .execute(conn)
                .await
        })?;
        Ok(())
    }

    /// Puts an event off until `due_at` after a failure, unless another worker has taken it since;
    /// without a time it is dead, and kept.
    pub async fn fail_event(
        &self,
        event: &ClaimedEvent,
        error: &str,
        due_at: Option<Timestamp>,
    ) -> StoreResult<()> {
        let state = if due_at.is_some() { "pending" } else { "dead" };
        query!(self, conn => {
            diesel::update(stripe_events::table.find(&event.id))
                .filter(stripe_events::state.eq("pending"))
                .filter(stripe_events::attempts.eq(event.attempts))
                .set((
                    stripe_events::state.eq(state),
                    stripe_events::last_error.eq(error),
                    due_at.map(|due_at| stripe_events::due_at.eq(due_at.naive_utc())),
                ))
                .execute(conn)
                .await
        })?;
        Ok(())
    }

    /// Where an event stands; `None` when it was never stored.
    pub async fn event_state(&self, event_id: &str) -> StoreResult<Option<EventState>> {
        let state = query!(self, conn => {
            stripe_events::table
                .find(event_id)
                .select(EventState::as_select())
                .first(conn)
                .await
                .optional()
        })?;
        Ok(state)
    }
}
