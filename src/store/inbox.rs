//! The webhook inbox as administrators see it: what failed, what waits, and replaying it.

use crate::model::{StripeEvent, Timestamp};
use crate::store::events::{DEAD, PENDING};
use crate::store::incoming::Afresh;
use crate::store::schema::stripe_events;
use crate::store::{Db, EventState, Literally, StoreResult, query, read};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// All that the inbox keeps of an event; payloads are not stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxEvent {
    /// The Stripe Event's `id`; what follows up to `request_id` is the Event's too.
    pub id: String,
    pub event_type: String,
    pub api_version: Option<String>,
    pub livemode: bool,
    /// The `id` of the object it is about.
    pub object_id: Option<String>,
    pub object_type: Option<String>,
    pub customer_id: Option<String>,
    pub created_at: Timestamp,
    pub request_id: Option<String>,
    pub received_at: Timestamp,
    pub state: EventState,
    /// How often it was tried.
    pub attempts: i32,
    /// When it may be tried next.
    pub due_at: Timestamp,
    pub last_error: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = stripe_events)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
struct EventRow {
    id: String,
    event_type: String,
    api_version: Option<String>,
    livemode: bool,
    object_id: Option<String>,
    object_type: Option<String>,
    customer_id: Option<String>,
    created_at: NaiveDateTime,
    request_id: Option<String>,
    received_at: NaiveDateTime,
    state: String,
    attempts: i32,
    due_at: NaiveDateTime,
    last_error: Option<String>,
}

impl EventRow {
    fn into_event(self) -> StoreResult<InboxEvent> {
        Ok(InboxEvent {
            id: self.id,
            event_type: self.event_type,
            api_version: self.api_version,
            livemode: self.livemode,
            object_id: self.object_id,
            object_type: self.object_type,
            customer_id: self.customer_id,
            created_at: self.created_at.and_utc(),
            request_id: self.request_id,
            received_at: self.received_at.and_utc(),
            state: self.state.parse()?,
            attempts: self.attempts,
            due_at: self.due_at.and_utc(),
            last_error: self.last_error,
        })
    }
}

impl Db {
    /// Those of the events that are not in the inbox.
    pub async fn unknown_events(
        &self,
        mut events: Vec<StripeEvent>,
    ) -> StoreResult<Vec<StripeEvent>> {
        let ids: Vec<&str> = events.iter().map(|event| event.id.as_str()).collect();
        let known: Vec<String> = read!(self, conn => {
            stripe_events::table
                .filter(stripe_events::id.eq_any(ids.iter().copied()))
                .select(stripe_events::id)
                .load(conn)
                .await
        })?;
        events.retain(|event| !known.contains(&event.id));
        Ok(events)
    }

    /// The next dead events after `after`, oldest first.
    pub async fn dead_events(
        &self,
        after: Option<&InboxEvent>,
        limit: i64,
    ) -> StoreResult<Vec<InboxEvent>> {
        let (received_at, id) = after
            .map(|event| (event.received_at.naive_utc(), event.id.as_str()))
            .unwrap_or_default();
        let rows: Vec<EventRow> = read!(self, conn => {
            stripe_events::table
                .filter(Literally(DEAD))
                .filter(stripe_events::received_at.ge(received_at))
                .filter(stripe_events::received_at.gt(received_at).or(stripe_events::id.gt(id)))
                .order((stripe_events::received_at, stripe_events::id))
                .limit(limit)
                .select(EventRow::as_select())
                .load(conn)
                .await
        })?;
        rows.into_iter().map(EventRow::into_event).collect()
    }

    /// The next events that wait for a worker after `after`, in the order in which they are tried.
    pub async fn waiting_events(
        &self,
        after: Option<&InboxEvent>,
        limit: i64,
    ) -> StoreResult<Vec<InboxEvent>> {
        let (due_at, id) =
            after.map(|event| (event.due_at.naive_utc(), event.id.as_str())).unwrap_or_default();
        let rows: Vec<EventRow> = read!(self, conn => {
            stripe_events::table
                .filter(Literally(PENDING))
                .filter(stripe_events::due_at.ge(due_at))
                .filter(stripe_events::due_at.gt(due_at).or(stripe_events::id.gt(id)))
                .order((stripe_events::due_at, stripe_events::id))
                .limit(limit)
                .select(EventRow::as_select())
                .load(conn)
                .await
        })?;
        rows.into_iter().map(EventRow::into_event).collect()
    }

    /// What the inbox keeps of an event; `None` when it was never stored, or has been pruned.
    pub async fn inbox_event(&self, event_id: &str) -> StoreResult<Option<InboxEvent>> {
        let row: Option<EventRow> = read!(self, conn => {
            stripe_events::table
                .find(event_id)
                .select(EventRow::as_select())
                .first(conn)
                .await
                .optional()
        })?;
        row.map(EventRow::into_event).transpose()
    }

    /// Makes these events pending and due now, with no attempts so far; returns how many there are.
    pub async fn replay_events(&self, ids: &[&str], now: Timestamp) -> StoreResult<usize> {
        Ok(query!(self, conn => {
            diesel::update(stripe_events::table)
                .filter(stripe_events::id.eq_any(ids.iter().copied()))
                .set(Afresh::at(now))
                .execute(conn)
                .await
        })?)
    }
}
