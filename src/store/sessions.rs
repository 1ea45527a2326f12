//! Who is signed in. Only hashes of session tokens are here.

use crate::model::{OperatorId, Timestamp};
use crate::store::operators::read_operator_id;
use crate::store::schema::{operators, sessions};
use crate::store::{Db, Operator, StoreResult, query};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

impl Db {
    /// Begins a session, and forgets those that have expired.
    pub async fn create_session(
        &self,
        token_hash: &str,
        operator_id: &OperatorId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> StoreResult<()> {
        query!(self, conn => {
            diesel::insert_into(sessions::table)
                .values((
                    sessions::token_hash.eq(token_hash),
                    sessions::operator_id.eq(operator_id.as_str()),
                    sessions::created_at.eq(now.naive_utc()),
                    sessions::expires_at.eq(expires_at.naive_utc()),
                ))
                .execute(&mut *conn)
                .await?;
            diesel::delete(sessions::table)
                .filter(sessions::expires_at.le(now.naive_utc()))
                .execute(conn)
                .await
        })?;
        Ok(())
    }

    /// Whose session this is, if it has not expired.
    pub async fn session(&self, token_hash: &str, now: Timestamp) -> StoreResult<Option<Operator>> {
        let row: Option<(String, String, String)> = query!(self, conn => {
            sessions::table
                .inner_join(operators::table)
                .filter(sessions::token_hash.eq(token_hash))
                .filter(sessions::expires_at.gt(now.naive_utc()))
                .select((operators::id, operators::email, operators::name))
                .first(conn)
                .await
                .optional()
        })?;
        row.map(|(id, email, name)| Ok(Operator { id: read_operator_id(id)?, email, name }))
            .transpose()
    }

    /// Ends a session; one that has ended already stays so.
    pub async fn delete_session(&self, token_hash: &str) -> StoreResult<()> {
        query!(self, conn => {
            diesel::delete(sessions::table)
                .filter(sessions::token_hash.eq(token_hash))
                .execute(conn)
                .await
        })?;
        Ok(())
    }
}
