//! Tokens with which the SaaS's own programs ask for entitlements. Only their hashes are stored.

use crate::model::{Name, Timestamp};
use crate::store::schema::service_tokens;
use crate::store::{Db, StoreResult, query, read};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// A token that has not been revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceToken {
    pub id: String,
    pub name: String,
    pub created_at: Timestamp,
    /// Accurate to minutes; `None` until first used.
    pub last_used_at: Option<Timestamp>,
}

impl Db {
    /// Stores a token.
    ///
    /// # Errors
    /// A unique violation when the name is taken.
    pub async fn add_service_token(
        &self,
        id: &str,
        name: &Name,
        token_hash: &str,
        now: Timestamp,
    ) -> StoreResult<()> {
        query!(self, conn => {
            diesel::insert_into(service_tokens::table)
                .values((
                    service_tokens::id.eq(id),
                    service_tokens::name.eq(name.as_str()),
                    service_tokens::token_hash.eq(token_hash),
                    service_tokens::created_at.eq(now.naive_utc()),
                ))
                .execute(conn)
                .await
        })?;
        Ok(())
    }

    /// All tokens, by name.
    pub async fn service_tokens(&self) -> StoreResult<Vec<ServiceToken>> {
        type Row = (String, String, NaiveDateTime, Option<NaiveDateTime>);
        let rows: Vec<Row> = read!(self, conn => {
            service_tokens::table
                .order(service_tokens::name)
                .select((
                    service_tokens::id,
                    service_tokens::name,
                    service_tokens::created_at,
                    service_tokens::last_used_at,
                ))
                .load(conn)
                .await
        })?;
        let token = |(id, name, created_at, last_used_at): Row| ServiceToken {
            id,
            name,
            created_at: created_at.and_utc(),
            last_used_at: last_used_at.map(|at| at.and_utc()),
        };
        Ok(rows.into_iter().map(token).collect())
    }

    /// Deletes a token and returns its name; `None` when there is none with this id.
    pub async fn revoke_service_token(&self, id: &str) -> StoreResult<Option<String>> {
        Ok(query!(self, conn => {
            diesel::delete(service_tokens::table)
                .filter(service_tokens::id.eq(id))
                .returning(service_tokens::name)
                .get_result(conn)
                .await
                .optional()
        })?)
    }

    /// Records that a token is in use, unless that was recorded after `used_before`.
    pub async fn use_service_token(
        &self,
        id: &str,
        used_before: Timestamp,
        now: Timestamp,
    ) -> StoreResult<()> {
        let last = service_tokens::last_used_at;
        query!(self, conn => {
            diesel::update(service_tokens::table)
                .filter(service_tokens::id.eq(id))
                .filter(last.is_null().or(last.assume_not_null().le(used_before.naive_utc())))
                .set(last.eq(now.naive_utc()))
                .execute(conn)
                .await
        })?;
        Ok(())
    }
}
