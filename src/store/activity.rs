//! The append-only timeline. An entry is written in the transaction of the change it records.

use crate::model::{
    Activity, ActivityFilter, ActivityKind, ActivityTopic, Actor, ActorKind, Money, TenantId,
    Timestamp,
};
use crate::store::columns::read_id;
use crate::store::schema::{activity, quotes, stripe_events};
use crate::store::{Db, QuoteState, StoreError, StoreResult, change, query, read};
use chrono::NaiveDateTime;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::BTreeMap;

/// A timeline entry to write. [`ActivityKind`] says what its texts hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewActivity {
    pub kind: ActivityKind,
    pub actor: Actor,
    pub subject: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
    pub amount: Option<Money>,
    pub stripe_event_id: Option<String>,
    /// The idempotency key of our own request that caused it.
    pub idempotency_key: Option<String>,
}

#[derive(Insertable)]
#[diesel(table_name = activity)]
pub(crate) struct Entry<'a> {
    tenant_id: &'a str,
    at: NaiveDateTime,
    kind: &'static str,
    actor: &'static str,
    operator_id: Option<&'a str>,
    operator_name: Option<&'a str>,
    subject: Option<&'a str>,
    before: Option<&'a str>,
    after: Option<&'a str>,
    amount: Option<i64>,
    currency: Option<&'a str>,
    stripe_event_id: Option<&'a str>,
    idempotency_key: Option<&'a str>,
}

impl NewActivity {
    /// An entry of this kind, attributed to `actor`.
    pub fn new(kind: ActivityKind, actor: Actor) -> Self {
        Self {
            kind,
            actor,
            subject: None,
            before: None,
            after: None,
            amount: None,
            stripe_event_id: None,
            idempotency_key: None,
        }
    }

    /// Sets the subject.
    pub fn of(self, subject: impl ToString) -> Self {
        Self { subject: Some(subject.to_string()), ..self }
    }

    /// Sets the value before the change.
    pub fn from(self, before: impl ToString) -> Self {
        Self { before: Some(before.to_string()), ..self }
    }

    /// Sets the value after the change.
    pub fn to(self, after: impl ToString) -> Self {
        Self { after: Some(after.to_string()), ..self }
    }

    pub(crate) fn entry<'a>(&'a self, tenant_id: &'a TenantId, at: Timestamp) -> Entry<'a> {
        let operator = match &self.actor {
            Actor::Operator { id, name } => Some((id, name)),
            Actor::Stripe | Actor::Portal => None,
        };
        Entry {
            tenant_id: tenant_id.as_str(),
            at: at.naive_utc(),
            kind: self.kind.as_str(),
            actor: self.actor.kind().as_str(),
            operator_id: operator.map(|(id, _)| id.as_str()),
            operator_name: operator.map(|(_, name)| name.as_str()),
            subject: self.subject.as_deref(),
            before: self.before.as_deref(),
            after: self.after.as_deref(),
            amount: self.amount.as_ref().map(|money| money.amount),
            currency: self.amount.as_ref().map(|money| money.currency.as_str()),
            stripe_event_id: self.stripe_event_id.as_deref(),
            idempotency_key: self.idempotency_key.as_deref(),
        }
    }
}

/// Writes entries on the connection of an open transaction.
macro_rules! tell {
    ($conn:ident, $tenant_id:expr, $now:expr, $entries:expr) => {
        for entry in $entries {
            diesel::insert_into($crate::store::schema::activity::table)
                .values(entry.entry($tenant_id, $now))
                .execute(&mut *$conn)
                .await?;
        }
    };
}
pub(crate) use tell;

#[derive(Queryable, Selectable)]
#[diesel(table_name = activity)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
struct ActivityRow {
    id: i64,
    at: NaiveDateTime,
    kind: String,
    actor: String,
    operator_id: Option<String>,
    operator_name: Option<String>,
    subject: Option<String>,
    before: Option<String>,
    after: Option<String>,
    amount: Option<i64>,
    currency: Option<String>,
    stripe_event_id: Option<String>,
    idempotency_key: Option<String>,
}

/// A stored Event's `id`, `request.id` and `request.idempotency_key`.
type Reported = (String, Option<String>, Option<String>);

impl Db {
    /// Writes a standalone entry and notifies open pages.
    pub async fn announce_activity(
        &self,
        tenant_id: &TenantId,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<()> {
        change!(self, tenant_id, conn => {
            tell!(conn, tenant_id, now, [entry]);
            Ok(())
        })
    }

    /// The same without notifying open pages: told of a view, they would reload, which is a view again.
    pub async fn add_activity(
        &self,
        tenant_id: &TenantId,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<()> {
        query!(self, conn => {
            diesel::insert_into(activity::table)
                .values(entry.entry(tenant_id, now))
                .execute(conn)
                .await
        })?;
        Ok(())
    }

    /// Records that an invoice was paid, or could not be: once per event, and not if an entry with an
    /// amount already covers the request with the idempotency key `key` that caused it. Returns `false`
    /// while a seat change under that key is being confirmed, which may write that entry itself.
    pub async fn add_payment(
        &self,
        tenant_id: &TenantId,
        key: Option<&str>,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<bool> {
        change!(self, tenant_id, conn => {
            let told = activity::table
                .filter(activity::tenant_id.eq(tenant_id.as_str()))
                .filter(
                    activity::kind
                        .eq(entry.kind.as_str())
                        .and(activity::stripe_event_id.eq(entry.stripe_event_id.as_deref()))
                        .or(activity::idempotency_key.eq(key).and(activity::amount.is_not_null()))
                        .assume_not_null(),
                );
            let quoted = quotes::table
                .filter(quotes::tenant_id.eq(tenant_id.as_str()))
                .filter(quotes::id.nullable().eq(key).assume_not_null())
                .filter(quotes::state.eq(QuoteState::Confirming.as_str()));
            let (told, quoted): (bool, bool) =
                diesel::select((exists(told), exists(quoted))).get_result(&mut *conn).await?;
            if !told && !quoted {
                tell!(conn, tenant_id, now, [entry]);
            }
            Ok(told || !quoted)
        })
    }

    /// The tenant's entries that match the filter, newest first; with `before`, older than that.
    pub async fn activity(
        &self,
        tenant_id: &TenantId,
        filter: ActivityFilter,
        before: Option<i64>,
        limit: i64,
    ) -> StoreResult<Vec<Activity>> {
        let rows: Vec<ActivityRow> = read!(self, conn => {
            let mut entries = activity::table
                .filter(activity::tenant_id.eq(tenant_id.as_str()))
                .filter(activity::id.lt(before.unwrap_or(i64::MAX)))
                .order(activity::id.desc())
                .limit(limit)
                .select(ActivityRow::as_select())
                .into_boxed();
            if let Some(topic) = filter.topic {
                let kinds: Vec<&str> = topic.kinds().map(ActivityKind::as_str).collect();
                let about = activity::kind.eq_any(kinds);
                entries = match topic {
                    // Any entry with an amount is about payments too.
                    ActivityTopic::Payments => {
                        entries.filter(about.or(activity::amount.is_not_null()))
                    }
                    _ => entries.filter(about),
                };
            }
            if let Some(actor) = filter.actor {
                entries = entries.filter(activity::actor.eq(actor.as_str()));
            }
            entries.load(conn).await
        })?;
        let ids: Vec<&str> = rows.iter().filter_map(|row| row.stripe_event_id.as_deref()).collect();
        let keys: Vec<&str> =
            rows.iter().filter_map(|row| row.idempotency_key.as_deref()).collect();
        let mut reported: Vec<Reported> = Vec::new();
        if !(ids.is_empty() && keys.is_empty()) {
            reported = read!(self, conn => {
                let mut events = stripe_events::table
                    .order((stripe_events::created_at.desc(), stripe_events::id.desc()))
                    .select((
                        stripe_events::id,
                        stripe_events::request_id,
                        stripe_events::idempotency_key,
                    ))
                    .into_boxed();
                // ORing in an empty list would make SQLite scan the whole inbox.
                if !ids.is_empty() {
                    events = events.or_filter(stripe_events::id.eq_any(ids.iter().copied()));
                }
                if !keys.is_empty() {
                    let key = stripe_events::idempotency_key.assume_not_null();
                    events = events.or_filter(key.eq_any(keys.iter().copied()));
                }
                events.load(conn).await
            })?;
        }
        let by_id: BTreeMap<&str, &Reported> =
            reported.iter().map(|event| (event.0.as_str(), event)).collect();
        let by_key: BTreeMap<&str, &Reported> =
            reported.iter().filter_map(|event| Some((event.2.as_deref()?, event))).collect();
        rows.into_iter()
            .map(|row| {
                // The event of our own request says more than the one whose sync saw the change first.
                let ours = row.idempotency_key.as_deref().and_then(|key| by_key.get(key));
                let seen_by = || by_id.get(row.stripe_event_id.as_deref()?);
                let event = ours.or_else(seen_by).copied();
                row.into_activity(event)
            })
            .collect()
    }
}

pub(crate) fn read_operator(id: &str, name: String) -> StoreResult<Actor> {
    Ok(Actor::Operator { id: read_id("operators.id", id)?, name })
}

impl ActivityRow {
    fn into_activity(self, event: Option<&Reported>) -> StoreResult<Activity> {
        let kind = self.actor.parse::<ActorKind>()?;
        let actor = match (kind, self.operator_id, self.operator_name) {
            (ActorKind::Operator, Some(id), Some(name)) => read_operator(&id, name)?,
            (ActorKind::Operator, ..) => {
                let nobody = "activity: an operator without a name".to_owned();
                return Err(StoreError::Unreadable(nobody));
            }
            (ActorKind::Stripe, ..) => Actor::Stripe,
            (ActorKind::Portal, ..) => Actor::Portal,
        };
        Ok(Activity {
            id: self.id,
            at: self.at.and_utc(),
            kind: self.kind.as_str().into(),
            actor,
            subject: self.subject,
            before: self.before,
            after: self.after,
            amount: self.amount.zip(self.currency).map(|(amount, code)| Money::new(amount, code)),
            stripe_event_id: event.map(|event| event.0.clone()).or(self.stripe_event_id),
            stripe_request_id: event.and_then(|event| event.1.clone()),
        })
    }
}
