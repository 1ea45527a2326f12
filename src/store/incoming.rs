//! Stores arriving events in the webhook inbox.

use crate::model::{StripeEvent, Timestamp};
use crate::store::error::DEADLOCK;
use crate::store::schema::{stripe_events, tenants};
use crate::store::{Db, DbPool, EventState, StoreResult, soon};
use chrono::NaiveDateTime;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::{
    AsChangeset, ExpressionMethods, Insertable, QueryDsl, QueryResult, SqliteConnection,
};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{self, Array, Bool, Nullable, Text};
use diesel_async::AsyncPgConnection;
use std::collections::HashMap;

/// How an arriving event was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// As pending: a worker has something to do for it.
    ToDo,
    /// As done: it is about no customer, or one that no tenant has, such as another product's in the
    /// same Stripe account.
    Nobodys,
    /// Not stored again: it has arrived before.
    Known,
}

impl Db {
    /// Stores events durably, as a batch. Leaves those that are there already as they are, except that
    /// a dead one becomes pending again. Returns those that are not [`Arrival::Known`], by id.
    pub async fn store_events(
        &self,
        mut events: Vec<StripeEvent>,
        now: Timestamp,
    ) -> StoreResult<HashMap<String, Arrival>> {
        // In one order everywhere, so that processes that store the same events don't deadlock.
        events.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        match &self.pool {
            // One by one: a cached prepared statement beats a multi-row insert.
            DbPool::Sqlite(pool) => {
                let mut pooled = soon(pool.get()).await?;
                let stored = pooled.spawn_blocking(move |conn| {
                    conn.immediate_transaction(|conn| {
                        let mut new = HashMap::new();
                        for event in events {
                            let arrival = store_in_sqlite(conn, &event, now)?;
                            if arrival != Arrival::Known {
                                new.insert(event.id, arrival);
                            }
                        }
                        Ok(new)
                    })
                });
                Ok(stored.await?)
            }
            DbPool::Postgres(pool) => {
                let mut pooled = soon(pool.get()).await?;
                let stored = match store_in_postgres(&mut pooled, &events, now).await {
                    // It lost to a migration that locks tenants and the inbox: retry after that.
                    Err(error) if error.to_string().contains(DEADLOCK) => {
                        store_in_postgres(&mut pooled, &events, now).await
                    }
                    stored => stored,
                };
                Ok(stored?)
            }
        }
    }
}

/// A row to insert.
#[derive(Insertable)]
#[diesel(table_name = stripe_events)]
#[diesel(treat_none_as_default_value = false)]
struct NewRow<'a> {
    id: &'a str,
    event_type: &'a str,
    api_version: Option<&'a str>,
    livemode: bool,
    object_id: Option<&'a str>,
    object_type: Option<&'a str>,
    customer_id: Option<&'a str>,
    created_at: NaiveDateTime,
    request_id: Option<&'a str>,
    idempotency_key: Option<&'a str>,
    received_at: NaiveDateTime,
    state: &'a str,
    due_at: NaiveDateTime,
}

impl<'a> NewRow<'a> {
    fn new(event: &'a StripeEvent, state: EventState, now: Timestamp) -> Self {
        Self {
            id: &event.id,
            event_type: &event.event_type,
            api_version: event.api_version.as_deref(),
            livemode: event.livemode,
            object_id: event.object_id.as_deref(),
            object_type: event.object_type.as_deref(),
            customer_id: event.customer_id.as_deref(),
            created_at: event.created.naive_utc(),
            request_id: event.request_id.as_deref(),
            idempotency_key: event.idempotency_key.as_deref(),
            received_at: now.naive_utc(),
            state: state.as_str(),
            due_at: now.naive_utc(),
        }
    }
}

/// Makes an event pending and due, with no attempts so far.
#[derive(AsChangeset)]
#[diesel(table_name = stripe_events)]
pub(crate) struct Afresh {
    state: &'static str,
    attempts: i32,
    due_at: NaiveDateTime,
}

impl Afresh {
    pub(crate) fn at(now: Timestamp) -> Self {
        Self { state: EventState::Pending.as_str(), attempts: 0, due_at: now.naive_utc() }
    }
}

/// Makes the dead ones among these events pending again.
macro_rules! revive {
    ($ids:expr, $now:expr) => {
        diesel::update(stripe_events::table)
            .filter(stripe_events::id.eq_any($ids))
            .filter(stripe_events::state.eq(EventState::Dead.as_str()))
            .set(Afresh::at($now))
    };
}

fn store_in_sqlite(
    conn: &mut SqliteConnection,
    event: &StripeEvent,
    now: Timestamp,
) -> QueryResult<Arrival> {
    use diesel::RunQueryDsl;
    let somebodys = match &event.customer_id {
        None => false,
        Some(customer_id) => {
            let whose = tenants::table.filter(tenants::stripe_customer_id.eq(customer_id));
            diesel::select(exists(whose)).get_result(conn)?
        }
    };
    let (state, arrival) = match somebodys {
        true => (EventState::Pending, Arrival::ToDo),
        false => (EventState::Done, Arrival::Nobodys),
    };
    let inserted = diesel::insert_into(stripe_events::table)
        .values(NewRow::new(event, state, now))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if inserted == 1 {
        return Ok(arrival);
    }
    let revived = revive!([&event.id], now).execute(conn)?;
    Ok(if revived == 1 { Arrival::ToDo } else { Arrival::Known })
}

async fn store_in_postgres(
    conn: &mut AsyncPgConnection,
    events: &[StripeEvent],
    now: Timestamp,
) -> QueryResult<HashMap<String, Arrival>> {
    use diesel_async::RunQueryDsl;
    // A single statement commits by itself, which saves the round trips of BEGIN and COMMIT.
    let insert = InsertAll::new(events, now);
    let inserted: Vec<(String, bool)> = insert.get_results(&mut *conn).await?;
    let mut new: HashMap<String, Arrival> = inserted
        .into_iter()
        .map(|(id, to_do)| (id, if to_do { Arrival::ToDo } else { Arrival::Nobodys }))
        .collect();
    let ids = events.iter().map(|event| event.id.as_str());
    let known: Vec<&str> = ids.filter(|id| !new.contains_key(*id)).collect();
    if !known.is_empty() {
        let revived = revive!(known, now).returning(stripe_events::id);
        let revived: Vec<String> = revived.get_results(conn).await?;
        new.extend(revived.into_iter().map(|id| (id, Arrival::ToDo)));
    }
    Ok(new)
}

/// Inserts rows from one array per column: however many there are, it is the same statement, which
/// Postgres parses and plans once.
struct InsertAll<'a> {
    ids: Vec<&'a str>,
    event_types: Vec<&'a str>,
    api_versions: Vec<Option<&'a str>>,
    livemodes: Vec<bool>,
    object_ids: Vec<Option<&'a str>>,
    object_types: Vec<Option<&'a str>>,
    customer_ids: Vec<Option<&'a str>>,
    created_ats: Vec<NaiveDateTime>,
    request_ids: Vec<Option<&'a str>>,
    idempotency_keys: Vec<Option<&'a str>>,
    now: NaiveDateTime,
}

impl<'a> InsertAll<'a> {
    fn new(events: &'a [StripeEvent], now: Timestamp) -> Self {
        fn column<'a, T>(
            events: &'a [StripeEvent],
            of: impl FnMut(&'a StripeEvent) -> T,
        ) -> Vec<T> {
            events.iter().map(of).collect()
        }
        Self {
            ids: column(events, |event| event.id.as_str()),
            event_types: column(events, |event| event.event_type.as_str()),
            api_versions: column(events, |event| event.api_version.as_deref()),
            livemodes: column(events, |event| event.livemode),
            object_ids: column(events, |event| event.object_id.as_deref()),
            object_types: column(events, |event| event.object_type.as_deref()),
            customer_ids: column(events, |event| event.customer_id.as_deref()),
            created_ats: column(events, |event| event.created.naive_utc()),
            request_ids: column(events, |event| event.request_id.as_deref()),
            idempotency_keys: column(events, |event| event.idempotency_key.as_deref()),
            now: now.naive_utc(),
        }
    }
}

impl QueryFragment<Pg> for InsertAll<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO stripe_events (id, event_type, api_version, livemode, object_id, \
             object_type, customer_id, created_at, request_id, idempotency_key, received_at, due_at, \
             state) SELECT arrived.*, ",
        );
        out.push_bind_param::<sql_types::Timestamp, _>(&self.now)?;
        out.push_sql(", ");
        out.push_bind_param::<sql_types::Timestamp, _>(&self.now)?;
        out.push_sql(
            ", CASE WHEN EXISTS (SELECT FROM tenants WHERE stripe_customer_id = \
             arrived.customer_id) THEN '",
        );
        out.push_sql(EventState::Pending.as_str());
        out.push_sql("' ELSE '");
        out.push_sql(EventState::Done.as_str());
        out.push_sql("' END FROM unnest(");
        out.push_bind_param::<Array<Text>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.event_types)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.api_versions)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Bool>, _>(&self.livemodes)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.object_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.object_types)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.customer_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<sql_types::Timestamp>, _>(&self.created_ats)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.request_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.idempotency_keys)?;
        out.push_sql(
            ") AS arrived (id, event_type, api_version, livemode, object_id, object_type, \
             customer_id, created_at, request_id, idempotency_key) \
             ON CONFLICT DO NOTHING RETURNING id, state = '",
        );
        out.push_sql(EventState::Pending.as_str());
        out.push_sql("'");
        Ok(())
    }
}

impl QueryId for InsertAll<'_> {
    type QueryId = InsertAll<'static>;
}

impl Query for InsertAll<'_> {
    type SqlType = (Text, Bool);
}
