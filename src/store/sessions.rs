//! Who is signed in. Only the hashes of session tokens are stored.

use crate::model::{Membership, OperatorId, SessionId, SignIn, Timestamp};
use crate::store::columns::{read_id, read_role};
use crate::store::resets::void_reset;
use crate::store::schema::{memberships, operators, password_resets, sessions, tenants};
use crate::store::{Db, Operator, StoreResult, query, read, transaction};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// How many of an operator's sessions are listed: there can be more than anybody reads.
const LISTED: i64 = 100;

/// A session to begin.
#[derive(Debug, Clone, Copy)]
pub struct NewSession<'a> {
    pub id: &'a SessionId,
    pub token_hash: &'a str,
    pub operator_id: &'a OperatorId,
    /// The hash of the password used to sign in, if there was one.
    pub password_hash: Option<&'a str>,
    pub user_agent: Option<&'a str>,
    /// The token hash of the session that this one replaces.
    pub replaces: Option<&'a str>,
    pub now: Timestamp,
    pub expires_at: Timestamp,
}

/// A session that has neither ended nor expired, and is in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    pub id: SessionId,
    pub operator: Operator,
    /// Whether they may view tenants that are not theirs.
    pub platform_admin: bool,
    /// The operator's tenants, by name.
    pub tenants: Vec<Membership>,
    pub last_seen_at: Timestamp,
}

/// Ends all of the operator's sessions, on the connection of an open transaction.
macro_rules! sign_out {
    ($conn:ident, $operator_id:expr) => {
        diesel::delete(sessions::table)
            .filter(sessions::operator_id.eq($operator_id.as_str()))
            .execute(&mut *$conn)
            .await?
    };
}
pub(super) use sign_out;

/// Stores a new session, on the connection of an open transaction.
macro_rules! begin {
    ($conn:ident, $session:expr) => {
        diesel::insert_into(sessions::table)
            .values((
                sessions::id.eq($session.id.as_str()),
                sessions::token_hash.eq($session.token_hash),
                sessions::operator_id.eq($session.operator_id.as_str()),
                sessions::user_agent.eq($session.user_agent),
                sessions::created_at.eq($session.now.naive_utc()),
                sessions::last_seen_at.eq($session.now.naive_utc()),
                sessions::expires_at.eq($session.expires_at.naive_utc()),
            ))
            .execute(&mut *$conn)
            .await?
    };
}
pub(super) use begin;

type OpenSessionRow = (
    String,
    NaiveDateTime,
    (String, String, String),
    bool,
    (Option<String>, Option<String>, Option<String>, Option<i64>),
);
type SignInRow = (String, NaiveDateTime, NaiveDateTime, NaiveDateTime, Option<String>);

impl Db {
    /// Starts a session, and deletes expired ones, and those of its operator that were not used after
    /// `used_after`. Returns `false`, and starts none, when the password has changed since it was
    /// checked.
    pub async fn create_session(
        &self,
        session: &NewSession<'_>,
        used_after: Timestamp,
    ) -> StoreResult<bool> {
        transaction!(self, conn => {
            // Writing the operator's row serialises this with a password change: either that ends this
            // session too, or this finds the password changed.
            if let Some(hash) = session.password_hash {
                let unchanged = diesel::update(operators::table)
                    .filter(operators::id.eq(session.operator_id.as_str()))
                    .filter(operators::password_hash.eq(hash))
                    .set(operators::password_hash.eq(hash))
                    .execute(&mut *conn)
                    .await?;
                if unchanged == 0 {
                    return Ok(false);
                }
            }
            begin!(conn, session);
            if let Some(token_hash) = session.replaces {
                diesel::delete(sessions::table)
                    .filter(sessions::token_hash.eq(token_hash))
                    .execute(&mut *conn)
                    .await?;
            }
            diesel::delete(sessions::table)
                .filter(sessions::expires_at.le(session.now.naive_utc()))
                .execute(&mut *conn)
                .await?;
            diesel::delete(sessions::table)
                .filter(sessions::operator_id.eq(session.operator_id.as_str()))
                .filter(sessions::last_seen_at.le(used_after.naive_utc()))
                .execute(&mut *conn)
                .await?;
            Ok(true)
        })
    }

    /// The session with this token, if it has not expired and was used after `used_after`.
    pub async fn session(
        &self,
        token_hash: &str,
        now: Timestamp,
        used_after: Timestamp,
    ) -> StoreResult<Option<OpenSession>> {
        let rows: Vec<OpenSessionRow> = read!(self, conn => {
            sessions::table
                .inner_join(operators::table)
                .left_join(memberships::table.on(memberships::operator_id.eq(operators::id)))
                .left_join(tenants::table.on(tenants::id.eq(memberships::tenant_id)))
                .filter(sessions::token_hash.eq(token_hash))
                .filter(sessions::expires_at.gt(now.naive_utc()))
                .filter(sessions::last_seen_at.gt(used_after.naive_utc()))
                .order((tenants::name, tenants::id))
                .select((
                    sessions::id,
                    sessions::last_seen_at,
                    (operators::id, operators::email, operators::name),
                    operators::platform_admin,
                    (
                        tenants::id.nullable(),
                        tenants::name.nullable(),
                        memberships::role.nullable(),
                        tenants::revision.nullable(),
                    ),
                ))
                .load(conn)
                .await
        })?;
        let mut open: Option<OpenSession> = None;
        for (id, last_seen_at, (operator_id, email, name), platform_admin, membership) in rows {
            let session = match &mut open {
                Some(session) => session,
                None => open.insert(OpenSession {
                    id: read_id("sessions.id", &id)?,
                    operator: Operator { id: read_id("operators.id", &operator_id)?, email, name },
                    platform_admin,
                    tenants: Vec::new(),
                    last_seen_at: last_seen_at.and_utc(),
                }),
            };
            if let (Some(id), Some(tenant_name), Some(role), Some(revision)) = membership {
                let tenant_id = read_id("tenants.id", &id)?;
                let role = read_role(&role)?;
                session.tenants.push(Membership { tenant_id, tenant_name, role, revision });
            }
        }
        Ok(open)
    }

    /// The operator's newest hundred sessions that have not expired and were used after `used_after`,
    /// newest first; `current` is the caller's.
    pub async fn sessions(
        &self,
        operator_id: &OperatorId,
        current: &SessionId,
        now: Timestamp,
        used_after: Timestamp,
    ) -> StoreResult<Vec<SignIn>> {
        let rows: Vec<SignInRow> = read!(self, conn => {
            sessions::table
                .filter(sessions::operator_id.eq(operator_id.as_str()))
                .filter(sessions::expires_at.gt(now.naive_utc()))
                .filter(sessions::last_seen_at.gt(used_after.naive_utc()))
                .order((sessions::created_at.desc(), sessions::id.desc()))
                .limit(LISTED)
                .select((
                    sessions::id,
                    sessions::created_at,
                    sessions::last_seen_at,
                    sessions::expires_at,
                    sessions::user_agent,
                ))
                .load(conn)
                .await
        })?;
        rows.into_iter()
            .map(|(id, created_at, last_seen_at, expires_at, user_agent)| {
                let id = read_id("sessions.id", &id)?;
                Ok(SignIn {
                    current: id == *current,
                    id,
                    created_at: created_at.and_utc(),
                    last_seen_at: last_seen_at.and_utc(),
                    expires_at: expires_at.and_utc(),
                    user_agent,
                })
            })
            .collect()
    }

    /// Records that a session is in use, unless that was recorded after `seen_before`.
    pub async fn see_session(
        &self,
        session_id: &SessionId,
        seen_before: Timestamp,
        now: Timestamp,
    ) -> StoreResult<()> {
        query!(self, conn => {
            diesel::update(sessions::table)
                .filter(sessions::id.eq(session_id.as_str()))
                .filter(sessions::last_seen_at.le(seen_before.naive_utc()))
                .set(sessions::last_seen_at.eq(now.naive_utc()))
                .execute(conn)
                .await
        })?;
        Ok(())
    }

    /// Ends the session with this token, if there is one.
    pub async fn delete_session(&self, token_hash: &str) -> StoreResult<()> {
        query!(self, conn => {
            diesel::delete(sessions::table)
                .filter(sessions::token_hash.eq(token_hash))
                .execute(conn)
                .await
        })?;
        Ok(())
    }

    /// Ends one of the operator's sessions. `false` when they have no such session.
    pub async fn end_session(
        &self,
        operator_id: &OperatorId,
        session_id: &SessionId,
    ) -> StoreResult<bool> {
        let ended = query!(self, conn => {
            diesel::delete(sessions::table)
                .filter(sessions::operator_id.eq(operator_id.as_str()))
                .filter(sessions::id.eq(session_id.as_str()))
                .execute(conn)
                .await
        })?;
        Ok(ended > 0)
    }

    /// Ends all of the operator's sessions, and voids their reset link.
    pub async fn end_sessions(&self, operator_id: &OperatorId) -> StoreResult<()> {
        transaction!(self, conn => {
            void_reset!(conn, operator_id);
            sign_out!(conn, operator_id);
            Ok(())
        })
    }
}
