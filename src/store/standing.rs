//! Counts for metrics: the inbox, and the tenants by status.

use crate::model::{SubscriptionStatus, Timestamp};
use crate::store::columns::read_status;
use crate::store::events::{DEAD, PENDING};
use crate::store::schema::{stripe_events, tenants};
use crate::store::{Db, Literally, StoreResult, read};
use chrono::NaiveDateTime;
use diesel::dsl::{count_star, min};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// A snapshot of the counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Events that wait for a worker.
    pub pending: i64,
    /// When the oldest of them arrived.
    pub oldest: Option<Timestamp>,
    /// Events that failed for good.
    pub dead: i64,
    /// Tenants by their subscription's status; a status without any is left out.
    pub tenants: Vec<(SubscriptionStatus, i64)>,
}

impl Db {
    /// Reads the current counts.
    pub async fn standing(&self) -> StoreResult<Standing> {
        let (pending, oldest): (i64, Option<NaiveDateTime>) = read!(self, conn => {
            stripe_events::table
                .filter(Literally(PENDING))
                .select((count_star(), min(stripe_events::received_at)))
                .first(conn)
                .await
        })?;
        let dead = read!(self, conn => {
            stripe_events::table
                .filter(Literally(DEAD))
                .count()
                .get_result(conn)
                .await
        })?;
        let by_status: Vec<(String, i64)> = read!(self, conn => {
            tenants::table
                .group_by(tenants::subscription_status)
                .select((tenants::subscription_status, count_star()))
                .load(conn)
                .await
        })?;
        Ok(Standing {
            pending,
            oldest: oldest.map(|at| at.and_utc()),
            dead,
            tenants: by_status
                .into_iter()
                .map(|(status, count)| Ok((read_status(&status)?, count)))
                .collect::<StoreResult<_>>()?,
        })
    }
}
