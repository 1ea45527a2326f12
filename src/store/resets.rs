//! Password reset links. Only the hashes of their tokens are stored, at most one per operator.

use crate::model::{OperatorId, Timestamp};
use crate::store::columns::read_id;
use crate::store::schema::{operators, password_resets, sessions};
use crate::store::sessions::sign_out;
use crate::store::{Db, Operator, StoreResult, query, read, transaction};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Voids the operator's reset link, on the connection of an open transaction: others may have it.
macro_rules! void_reset {
    ($conn:ident, $operator_id:expr) => {
        diesel::delete(password_resets::table)
            .filter(password_resets::operator_id.eq($operator_id.as_str()))
            .execute(&mut *$conn)
            .await?
    };
}
pub(super) use void_reset;

impl Db {
    /// Stores a reset link for the operator, replacing the one before.
    pub async fn offer_reset(
        &self,
        operator_id: &OperatorId,
        token_hash: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> StoreResult<()> {
        let values = (
            password_resets::token_hash.eq(token_hash),
            password_resets::created_at.eq(now.naive_utc()),
            password_resets::expires_at.eq(expires_at.naive_utc()),
        );
        query!(self, conn => {
            diesel::insert_into(password_resets::table)
                .values((password_resets::operator_id.eq(operator_id.as_str()), values))
                .on_conflict(password_resets::operator_id)
                .do_update()
                .set(values)
                .execute(conn)
                .await
        })?;
        Ok(())
    }

    /// The operator whose reset link has this token, if it can still be used.
    pub async fn reset(&self, token_hash: &str, now: Timestamp) -> StoreResult<Option<Operator>> {
        let row: Option<(String, String, String)> = read!(self, conn => {
            password_resets::table
                .inner_join(operators::table)
                .filter(password_resets::token_hash.eq(token_hash))
                .filter(password_resets::expires_at.gt(now.naive_utc()))
                .select((operators::id, operators::email, operators::name))
                .first(conn)
                .await
                .optional()
        })?;
        row.map(|(id, email, name)| Ok(Operator { id: read_id("operators.id", &id)?, email, name }))
            .transpose()
    }

    /// Uses a reset link up: sets the operator's password and ends their sessions. `false` when it has
    /// been used already or has expired.
    pub async fn use_reset(
        &self,
        operator_id: &OperatorId,
        token_hash: &str,
        password_hash: &str,
        now: Timestamp,
    ) -> StoreResult<bool> {
        transaction!(self, conn => {
            // Locks the operator first, like every password change; a new session waits.
            diesel::update(operators::table.find(operator_id.as_str()))
                .set(operators::id.eq(operators::id))
                .execute(&mut *conn)
                .await?;
            let used = diesel::delete(password_resets::table)
                .filter(password_resets::operator_id.eq(operator_id.as_str()))
                .filter(password_resets::token_hash.eq(token_hash))
                .filter(password_resets::expires_at.gt(now.naive_utc()))
                .execute(&mut *conn)
                .await?;
            if used == 0 {
                return Ok(false);
            }
            diesel::update(operators::table)
                .filter(operators::id.eq(operator_id.as_str()))
                .set(operators::password_hash.eq(password_hash))
                .execute(&mut *conn)
                .await?;
            sign_out!(conn, operator_id);
            Ok(true)
        })
    }
}
