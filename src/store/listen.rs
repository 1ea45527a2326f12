//! Listens for changes that other processes make, on Postgres.

use crate::store::{Changes, Db, DbPool, StoreError, StoreResult, soon};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::StreamExt;
use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

/// The first pause before reconnecting; each failure doubles it.
const PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl Db {
    /// Passes on notifications of changes in other processes, for as long as it is polled. Uses a
    /// connection of its own beside the pool, and reconnects when it breaks. Returns at once on SQLite,
    /// which has no notifications.
    pub async fn listen(self) {
        let DbPool::Postgres(pool) = &self.pool else { return };
        let mut pause = PAUSE;
        loop {
            let Err(error) = pass_on(pool, &self.changes, &mut pause).await;
            tracing::warn!(%error, "changes of other processes are not heard for the moment");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

async fn pass_on(
    pool: &Pool<AsyncPgConnection>,
    changes: &Changes,
    pause: &mut Duration,
) -> StoreResult<Infallible> {
    let mut conn = Object::take(soon(pool.get()).await?);
    diesel::sql_query("LISTEN tenant_changed").execute(&mut conn).await?;
    // Notifications before this were missed.
    changes.announce_all();
    *pause = PAUSE;
    let mut told = pin!(conn.notifications_stream());
    while let Some(notification) = told.next().await {
        if let Ok(tenant_id) = notification?.payload.parse() {
            changes.announce(&tenant_id);
        }
    }
    Err(StoreError::Unavailable("the connection that listens was closed".to_owned()))
}
