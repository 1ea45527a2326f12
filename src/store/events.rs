//! The webhook inbox: claiming events, and recording their outcome.

use crate::model::{TenantId, Timestamp, spelled};
use crate::store::columns::read_id;
use crate::store::schema::{stripe_events, tenants};
use crate::store::{Db, DbPool, Literally, StoreResult, query, whole};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The conditions of the partial indexes over pending and dead events.
pub(crate) const PENDING: &str = "stripe_events.state = 'pending'";
pub(crate) const DEAD: &str = "stripe_events.state = 'dead'";
/// How many due events a claim looks at: few enough that all of one tenant fit into the lease.
const SEEN: i64 = 128;

/// An event that a worker has claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedEvent {
    pub id: String,
    pub event_type: String,
    /// The `id` of the object that the event is about.
    pub object_id: Option<String>,
    /// The Stripe Customer that it is about.
    pub customer_id: Option<String>,
    /// The tenant that this Customer belongs to.
    pub tenant_id: TenantId,
    /// The idempotency key of the request that caused it, if one did.
    pub idempotency_key: Option<String>,
    /// When it arrived.
    pub received_at: Timestamp,
    /// How often it was claimed, this time included.
    pub attempts: i32,
}

/// The result of claiming due events.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claimed {
    pub events: Vec<ClaimedEvent>,
    /// How many due events belonged to no tenant.
    pub nobodys: usize,
}

spelled! {
    /// The state of an event in the inbox.
    EventState, "stripe_events.state" {
        /// Waits for a worker, or to be retried.
        Pending = "pending",
        Done = "done",
        /// Failed for good.
        Dead = "dead",
    }
}

type ClaimedRow =
    (String, String, Option<String>, Option<String>, Option<String>, NaiveDateTime, i32);

impl Db {
    /// Claims due events, longest due first, of at most `of_tenants` tenants, and postpones them until
    /// `lease`, so that they become due again if their worker dies. Takes all that it sees of each
    /// tenant, so that one with thousands counts as one. Skips customers that the worker is `busy`
    /// with. Events that no longer belong to any tenant are marked as done.
    pub async fn claim_events(
        &self,
        of_tenants: usize,
        busy: &[String],
        now: Timestamp,
        lease: Timestamp,
    ) -> StoreResult<Claimed> {
        macro_rules! due {
            () => {
                stripe_events::table
                    .filter(Literally(PENDING))
                    .filter(stripe_events::due_at.le(now.naive_utc()))
                    .filter(
                        stripe_events::customer_id
                            .is_null()
                            .or(stripe_events::customer_id.assume_not_null().ne_all(busy)),
                    )
                    .order((stripe_events::due_at, stripe_events::id))
                    .limit(SEEN)
                    .select((
                        stripe_events::id,
                        tenants::table
                            .filter(tenants::stripe_customer_id.eq(stripe_events::customer_id))
                            .select(tenants::id)
                            .single_value(),
                    ))
            };
        }
        macro_rules! claim {
            ($conn:ident, $due:expr) => {{
                let due: Vec<(String, Option<String>)> = $due.load(&mut *$conn).await?;
                let (nobodys, whose) = first_tenants(due, of_tenants);
                if !nobodys.is_empty() {
                    diesel::update(stripe_events::table)
                        .filter(stripe_events::id.eq_any(&nobodys))
                        .set((
                            stripe_events::attempts.eq(stripe_events::attempts + 1),
                            stripe_events::state.eq(EventState::Done.as_str()),
                            stripe_events::last_error.eq(None::<&str>),
                        ))
                        .execute(&mut *$conn)
                        .await?;
                }
                if whose.is_empty() {
                    return Ok((Vec::new(), whose, nobodys.len()));
                }
                let claimed = diesel::update(stripe_events::table)
                    .filter(stripe_events::id.eq_any(whose.keys()))
                    .set((
                        stripe_events::attempts.eq(stripe_events::attempts + 1),
                        stripe_events::due_at.eq(lease.naive_utc()),
                    ))
                    .returning((
                        stripe_events::id,
                        stripe_events::event_type,
                        stripe_events::object_id,
                        stripe_events::customer_id,
                        stripe_events::idempotency_key,
                        stripe_events::received_at,
                        stripe_events::attempts,
                    ))
                    .get_results(&mut *$conn)
                    .await?;
                Ok((claimed, whose, nobodys.len()))
            }};
        }
        let claimed: StoreResult<(Vec<ClaimedRow>, HashMap<_, _>, usize)> = match &self.pool {
            DbPool::Sqlite(pool) => whole!(pool, conn => {
                conn.immediate_transaction(async |conn| claim!(conn, due!())).await
            }),
            DbPool::Postgres(pool) => whole!(pool, conn => {
                use diesel_async::AsyncConnection;
                conn.transaction(async |conn| claim!(conn, due!().for_update().skip_locked())).await
            }),
        };
        let (claimed, whose, nobodys) = claimed?;
        let events = claimed
            .into_iter()
            .map(|row| {
                let (
                    id,
                    event_type,
                    object_id,
                    customer_id,
                    idempotency_key,
                    received_at,
                    attempts,
                ) = row;
                let tenant_id = whose.get(&id).map_or("", String::as_str);
                Ok(ClaimedEvent {
                    tenant_id: read_id("tenants.id", tenant_id)?,
                    id,
                    event_type,
                    object_id,
                    customer_id,
                    idempotency_key,
                    received_at: received_at.and_utc(),
                    attempts,
                })
            })
            .collect::<StoreResult<_>>()?;
        Ok(Claimed { events, nobodys })
    }

    /// Moves the end of the lease from `lease` to `until` for those events that are still held until
    /// `lease`; returns how many were. They can be claimed again after that.
    pub async fn lease_events(
        &self,
        ids: &[String],
        lease: Timestamp,
        until: Timestamp,
    ) -> StoreResult<usize> {
        Ok(query!(self, conn => {
            diesel::update(stripe_events::table)
                .filter(stripe_events::id.eq_any(ids))
                .filter(stripe_events::state.eq(EventState::Pending.as_str()))
                .filter(stripe_events::due_at.eq(lease.naive_utc()))
                .set(stripe_events::due_at.eq(until.naive_utc()))
                .execute(conn)
                .await
        })?)
    }

    /// Marks events as done, unless another worker has claimed them since.
    pub async fn finish_events(&self, events: &[ClaimedEvent]) -> StoreResult<()> {
        for (attempts, ids) in by_attempts(events) {
            query!(self, conn => {
                diesel::update(stripe_events::table)
                    .filter(stripe_events::id.eq_any(ids))
                    .filter(stripe_events::state.eq(EventState::Pending.as_str()))
                    .filter(stripe_events::attempts.eq(attempts))
                    .set((
                        stripe_events::state.eq(EventState::Done.as_str()),
                        stripe_events::last_error.eq(None::<&str>),
                    ))
                    .execute(conn)
                    .await
            })?;
        }
        Ok(())
    }

    /// Schedules a retry of failed events, unless another worker has claimed them since. `due_at` maps
    /// the attempts so far to the time of the retry; without one the events are dead, and kept.
    pub async fn fail_events(
        &self,
        events: &[ClaimedEvent],
        error: &str,
        due_at: impl Fn(i32) -> Option<Timestamp>,
    ) -> StoreResult<()> {
        for (attempts, ids) in by_attempts(events) {
            let due_at = due_at(attempts);
            let state = if due_at.is_some() { EventState::Pending } else { EventState::Dead };
            query!(self, conn => {
                diesel::update(stripe_events::table)
                    .filter(stripe_events::id.eq_any(ids))
                    .filter(stripe_events::state.eq(EventState::Pending.as_str()))
                    .filter(stripe_events::attempts.eq(attempts))
                    .set((
                        stripe_events::state.eq(state.as_str()),
                        stripe_events::last_error.eq(error),
                        due_at.map(|due_at| stripe_events::due_at.eq(due_at.naive_utc())),
                    ))
                    .execute(conn)
                    .await
            })?;
        }
        Ok(())
    }
}

/// The events that belong to no tenant, and those of the first `tenants` tenants with their tenant.
fn first_tenants(
    due: Vec<(String, Option<String>)>,
    tenants: usize,
) -> (Vec<String>, HashMap<String, String>) {
    let (mut nobodys, mut whose) = (Vec::new(), HashMap::new());
    let mut seen = HashSet::new();
    for (id, tenant) in due {
        match tenant {
            None => nobodys.push(id),
            Some(tenant) => {
                if seen.contains(&tenant) || seen.len() < tenants && seen.insert(tenant.clone()) {
                    whose.insert(id, tenant);
                }
            }
        }
    }
    (nobodys, whose)
}

/// Groups the events' ids by attempts.
fn by_attempts(events: &[ClaimedEvent]) -> BTreeMap<i32, Vec<&str>> {
    let mut groups: BTreeMap<i32, Vec<&str>> = BTreeMap::new();
    for event in events {
        groups.entry(event.attempts).or_default().push(&event.id);
    }
    groups
}
