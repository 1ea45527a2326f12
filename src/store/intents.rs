//! Changes that Stripe is about to be asked for, kept with their idempotency keys until answered.

use crate::model::{OperatorId, TenantId, Timestamp};
use crate::store::activity::tell;
use crate::store::schema::intents;
use crate::store::{Db, Literally, NewActivity, StoreResult, change, query, read};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// The condition of the partial index over open intents.
const OPEN: &str = "intents.state = 'open'";

/// An open intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Also the `Idempotency-Key` of its request.
    pub id: String,
    /// The request as text: an intent is only resumed for the very same one.
    pub request: String,
    /// The Checkout Session's `id`, once Stripe has created it.
    pub session_id: Option<String>,
    pub created_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = intents)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
struct IntentRow {
    id: String,
    request: String,
    session_id: Option<String>,
    created_at: NaiveDateTime,
}

impl IntentRow {
    fn into_intent(self) -> Intent {
        let created_at = self.created_at.and_utc();
        Intent { id: self.id, request: self.request, session_id: self.session_id, created_at }
    }
}

/// Whether an intent still waits for its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IntentState {
    Open,
    Closed,
}

impl IntentState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// An intent to open.
#[derive(Debug, Clone, Copy)]
pub struct NewIntent<'a> {
    pub kind: &'a str,
    pub id: &'a str,
    pub request: &'a str,
    /// Who asked for it.
    pub operator_id: Option<&'a OperatorId>,
}

impl Db {
    /// The tenant's open intent of this kind.
    pub async fn open_intent(
        &self,
        tenant_id: &TenantId,
        kind: &str,
    ) -> StoreResult<Option<Intent>> {
        let row: Option<IntentRow> = read!(self, conn => {
            intents::table
                .filter(intents::tenant_id.eq(tenant_id.as_str()))
                .filter(intents::kind.eq(kind))
                .filter(Literally(OPEN))
                .select(IntentRow::as_select())
                .first(conn)
                .await
                .optional()
        })?;
        Ok(row.map(IntentRow::into_intent))
    }

    /// Opens an intent, and writes the entry if there is one. If another of its kind is open already,
    /// returns that instead; `None` when that one was closed just now.
    pub async fn begin_intent(
        &self,
        tenant_id: &TenantId,
        new: NewIntent<'_>,
        entry: Option<&NewActivity>,
        now: Timestamp,
    ) -> StoreResult<Option<Intent>> {
        change!(self, tenant_id, conn => {
            let begun = diesel::insert_into(intents::table)
                .values((
                    intents::id.eq(new.id),
                    intents::tenant_id.eq(tenant_id.as_str()),
                    intents::kind.eq(new.kind),
                    intents::request.eq(new.request),
                    intents::operator_id.eq(new.operator_id.map(OperatorId::as_str)),
                    intents::state.eq(IntentState::Open.as_str()),
                    intents::created_at.eq(now.naive_utc()),
                ))
                .on_conflict_do_nothing()
                .execute(&mut *conn)
                .await?;
            if begun == 1
                && let Some(entry) = entry
            {
                tell!(conn, tenant_id, now, [entry]);
            }
            let open: Option<IntentRow> = intents::table
                .filter(intents::tenant_id.eq(tenant_id.as_str()))
                .filter(intents::kind.eq(new.kind))
                .filter(Literally(OPEN))
                .select(IntentRow::as_select())
                .first(&mut *conn)
                .await
                .optional()?;
            Ok(open.map(IntentRow::into_intent))
        })
    }

    /// Records the Checkout Session that an intent has led to.
    pub async fn keep_checkout_session(
        &self,
        tenant_id: &TenantId,
        intent_id: &str,
        session_id: &str,
    ) -> StoreResult<()> {
        query!(self, conn => {
            diesel::update(intents::table)
                .filter(intents::tenant_id.eq(tenant_id.as_str()))
                .filter(intents::id.eq(intent_id))
                .set(intents::session_id.eq(session_id))
                .execute(conn)
                .await
        })?;
        Ok(())
    }

    /// Closes an intent whose work is done and writes the entry; does nothing if it was closed before.
    pub async fn finish_intent(
        &self,
        tenant_id: &TenantId,
        intent_id: &str,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<()> {
        change!(self, tenant_id, conn => {
            let finished = diesel::update(intents::table)
                .filter(intents::tenant_id.eq(tenant_id.as_str()))
                .filter(intents::id.eq(intent_id))
                .filter(intents::state.eq(IntentState::Open.as_str()))
                .set(intents::state.eq(IntentState::Closed.as_str()))
                .execute(&mut *conn)
                .await?;
            if finished == 1 {
                tell!(conn, tenant_id, now, [entry]);
            }
            Ok(())
        })
    }

    /// Deletes an open intent, as if it had never been: its request can be made later.
    pub async fn drop_intent(&self, tenant_id: &TenantId, intent_id: &str) -> StoreResult<()> {
        query!(self, conn => {
            diesel::delete(intents::table)
                .filter(intents::tenant_id.eq(tenant_id.as_str()))
                .filter(intents::id.eq(intent_id))
                .filter(Literally(OPEN))
                .execute(conn)
                .await
        })?;
        Ok(())
    }

    /// Closes an intent that was answered or given up.
    pub async fn close_intent(&self, tenant_id: &TenantId, intent_id: &str) -> StoreResult<()> {
        query!(self, conn => {
            diesel::update(intents::table)
                .filter(intents::tenant_id.eq(tenant_id.as_str()))
                .filter(intents::id.eq(intent_id))
                .set(intents::state.eq(IntentState::Closed.as_str()))
                .execute(conn)
                .await
        })?;
        Ok(())
    }
}
