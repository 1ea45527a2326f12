//! Changing and removing passwords, which also ends sessions and voids reset links.

use crate::model::OperatorId;
use crate::store::resets::void_reset;
use crate::store::schema::{operators, password_resets, sessions};
use crate::store::sessions::{begin, sign_out};
use crate::store::{Db, NewSession, StoreResult, transaction};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

impl Db {
    /// Removes the operator's password, reset link and sessions.
    pub async fn take_password(&self, operator_id: &OperatorId) -> StoreResult<()> {
        transaction!(self, conn => {
            diesel::update(operators::table.find(operator_id.as_str()))
                .set(operators::password_hash.eq(None::<String>))
                .execute(&mut *conn)
                .await?;
            void_reset!(conn, operator_id);
            sign_out!(conn, operator_id);
            Ok(())
        })
    }

    /// Changes the operator's password to the one that the session begins with, voids their reset link,
    /// and replaces all their sessions with this one. Returns `false`, and changes nothing, when the
    /// stored hash is no longer `was`.
    pub async fn change_password(&self, was: &str, session: &NewSession<'_>) -> StoreResult<bool> {
        let operator_id = session.operator_id;
        transaction!(self, conn => {
            let changed = diesel::update(operators::table)
                .filter(operators::id.eq(operator_id.as_str()))
                .filter(operators::password_hash.eq(was))
                .set(operators::password_hash.eq(session.password_hash))
                .execute(&mut *conn)
                .await?;
            if changed == 0 {
                return Ok(false);
            }
            void_reset!(conn, operator_id);
            sign_out!(conn, operator_id);
            begin!(conn, session);
            Ok(true)
        })
    }
}
