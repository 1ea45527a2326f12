//! The ledger of trials.

use crate::model::{Role, TenantId, Timestamp, spelled};
use crate::store::activity::tell;
use crate::store::schema::{memberships, operators, trials};
use crate::store::{Db, DbPool, NewActivity, StoreResult, change, read};
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use diesel_async::RunQueryDsl;

spelled! {
    /// The state of a trial in the ledger.
    TrialState, "trials.state" {
        Noted = "noted",
        /// Its card or an owner has had a trial with another tenant; it goes on.
        Flagged = "flagged",
        /// The same, but Stripe is to end it.
        Ending = "ending",
        Ended = "ended",
    }
}

/// A trial as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    pub card_fingerprint: Option<String>,
    pub state: TrialState,
}

/// A trial to record.
#[derive(Debug, Clone, Copy)]
pub struct NewTrial<'a> {
    pub subscription_id: &'a str,
    /// The owner's, in lower case.
    pub email: Option<&'a str>,
    pub card_fingerprint: Option<&'a str>,
    /// Its state if the card or an owner has had a trial with another tenant, and the entry for that.
    pub repeated: TrialState,
    pub entry: Option<&'a NewActivity>,
}

impl Db {
    /// The ledger's record of a subscription's trial.
    pub async fn trial(
        &self,
        tenant_id: &TenantId,
        subscription_id: &str,
    ) -> StoreResult<Option<Trial>> {
        let row: Option<(Option<String>, String)> = read!(self, conn => {
            trials::table
                .filter(trials::tenant_id.eq(tenant_id.as_str()))
                .filter(trials::subscription_id.eq(subscription_id))
                .select((trials::card_fingerprint, trials::state))
                .first(conn)
                .await
                .optional()
        })?;
        row.map(|(card_fingerprint, state)| Ok(Trial { card_fingerprint, state: state.parse()? }))
            .transpose()
    }

    /// Records a trial, or the card of one recorded without. If the same card or an owner has had a
    /// trial with another tenant, moves it to `repeated` and writes the entry.
    pub async fn note_trial(
        &self,
        tenant_id: &TenantId,
        trial: NewTrial<'_>,
        now: Timestamp,
    ) -> StoreResult<()> {
        change!(self, tenant_id, conn => {
            diesel::insert_into(trials::table)
                .values((
                    trials::subscription_id.eq(trial.subscription_id),
                    trials::tenant_id.eq(tenant_id.as_str()),
                    trials::email.eq(trial.email),
                    trials::card_fingerprint.eq(trial.card_fingerprint),
                    trials::state.eq(TrialState::Noted.as_str()),
                    trials::noted_at.eq(now.naive_utc()),
                ))
                .on_conflict(trials::subscription_id)
                .do_update()
                // A slower sync may not have seen the card yet.
                .set(trials::card_fingerprint.eq(sql::<Nullable<Text>>(
                    "coalesce(excluded.card_fingerprint, trials.card_fingerprint)",
                )))
                .execute(&mut *conn)
                .await?;
            if let DbPool::Postgres(_) = &self.pool {
                // If two tenants come with the same card or owner at once, the second waits here until
                // it can see the first. SQLite has one writer at a time anyway.
                diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended('trials', 0))")
                    .execute(&mut *conn)
                    .await?;
            }
            let others = trials::table.filter(trials::tenant_id.ne(tenant_id.as_str()));
            let by_card = others.filter(trials::card_fingerprint.eq(trial.card_fingerprint).assume_not_null());
            let by_owner = others
                .inner_join(operators::table.on(trials::email.eq(operators::email.nullable())))
                .inner_join(memberships::table.on(memberships::operator_id.eq(operators::id)))
                .filter(memberships::tenant_id.eq(tenant_id.as_str()))
                .filter(memberships::role.eq(Role::Owner.as_str()));
            let repeated: bool =
                diesel::select(exists(by_card).or(exists(by_owner))).get_result(&mut *conn).await?;
            if !repeated {
                return Ok(());
            }
            let moved = diesel::update(trials::table.find(trial.subscription_id))
                .filter(trials::tenant_id.eq(tenant_id.as_str()))
                .filter(trials::state.eq(TrialState::Noted.as_str()))
                .set(trials::state.eq(trial.repeated.as_str()))
                .execute(&mut *conn)
                .await?;
            if moved == 1
                && let Some(entry) = trial.entry
            {
                tell!(conn, tenant_id, now, [entry]);
            }
            Ok(())
        })
    }

    /// Marks a trial that is being ended as ended and writes the entry; `false` if it wasn't.
    pub async fn end_trial(
        &self,
        tenant_id: &TenantId,
        subscription_id: &str,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<bool> {
        change!(self, tenant_id, conn => {
            let ended = diesel::update(trials::table.find(subscription_id))
                .filter(trials::tenant_id.eq(tenant_id.as_str()))
                .filter(trials::state.eq(TrialState::Ending.as_str()))
                .set(trials::state.eq(TrialState::Ended.as_str()))
                .execute(&mut *conn)
                .await?;
            if ended == 1 {
                tell!(conn, tenant_id, now, [entry]);
            }
            Ok(ended == 1)
        })
    }
}
