//! A change abandoned half-way leaves nothing behind and blocks nobody.

use crate::helpers::*;
use chrono::Utc;
use diesel_async::SimpleAsyncConnection;
use portal::model::{ActivityKind, Actor, Role, TenantId};
use portal::store::{Db, DbPool, NewActivity, StoreResult};
use serde_json::Value;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Long enough for a change to reach a lock.
const A_MOMENT: Duration = Duration::from_millis(400);

/// Runs this while the company is locked.
async fn while_locked(db: &Db, happens: impl Future<Output = ()>) {
    match &db.pool {
        DbPool::Sqlite(pool) => {
            let mut conn = pool.get().await.expect("a connection");
            conn.batch_execute("BEGIN IMMEDIATE").await.expect("the lock");
            happens.await;
            conn.batch_execute("ROLLBACK").await.expect("an end");
        }
        DbPool::Postgres(pool) => {
            let mut conn = pool.get().await.expect("a connection");
            let lock = "BEGIN; SELECT id FROM tenants FOR UPDATE";
            conn.batch_execute(lock).await.expect("the lock");
            happens.await;
            conn.batch_execute("ROLLBACK").await.expect("an end");
        }
    }
}

/// Starts to give the company a Stripe customer.
async fn change(db: Db) -> StoreResult<()> {
    let tenant: TenantId = DEMO.parse().expect("an id");
    let entry = NewActivity::new(ActivityKind::CustomerCreated, Actor::Portal);
    db.keep_customer(&tenant, "cus_given_up", &entry, Utc::now()).await
}

on_both_databases! {
    async fn it_keeps_no_lock_in_a_process_that_does_nothing_else(world: World) {
        let owner = world.person("owner@example.org", DEMO, Role::Owner).await;
        let other = Db::open(&world.database_url).await.expect("the database");
        let mut given_up = None;
        while_locked(&world.portal.db, async {
            given_up = Some(tokio::spawn(timeout(A_MOMENT, change(other.clone()))));
            sleep(2 * A_MOMENT).await;
        })
        .await;
        given_up.expect("a change").await.expect("an end").expect_err("too late");
        while_locked(&world.portal.db, async {}).await;
        assert_eq!(owner.tenant().await["stripe_customer_id"], Value::Null);
        change(other).await.expect("a change");
        assert_eq!(owner.tenant().await["stripe_customer_id"], "cus_given_up");
    }
}
