//! The database's own time.

use crate::model::Timestamp;
use crate::store::{Db, StoreResult, read};
use chrono::NaiveDateTime;
use diesel_async::RunQueryDsl;

impl Db {
    /// The time by the database's clock; SQLite's is this machine's.
    pub async fn now(&self) -> StoreResult<Timestamp> {
        let now: NaiveDateTime =
            read!(self, conn => diesel::select(diesel::dsl::now).get_result(conn).await)?;
        Ok(now.and_utc())
    }
}
