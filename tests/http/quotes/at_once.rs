//! Two quotes confirmed at the same moment.

use super::*;
use diesel_async::SimpleAsyncConnection;
use portal::store::{Db, DbPool};
use std::time::Duration;
use tokio::time::sleep;

const A_SECOND: Duration = Duration::from_secs(1);

/// Blocks claims of this quote for a while.
async fn hold_back(world: &World, quote: &Value) {
    let other = Db::open(&world.database_url).await.expect("the database");
    let DbPool::Postgres(pool) = &other.pool else { panic!("not Postgres") };
    let mut conn = pool.get().await.expect("a connection");
    let quote_id = id(quote, "quote_id");
    let lock = format!("BEGIN; SELECT id FROM quotes WHERE id = '{quote_id}' FOR UPDATE");
    conn.batch_execute(&lock).await.expect("the lock");
    sleep(3 * A_SECOND).await;
    conn.batch_execute("ROLLBACK").await.expect("an end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_checked_before_another_was_carried_out_is_not_claimed_on_postgres() {
    let world = World::start(new_postgres().await, None, &[]).await;
    let owner = in_a_paid_month(&world, 3).await;
    let (six, eight) = (quote(&owner, 6).await, quote(&owner, 8).await);
    let held_back = async {
        sleep(A_SECOND).await;
        confirm(&owner, &six).await
    };
    let meanwhile = async {
        sleep(2 * A_SECOND).await;
        confirm(&owner, &eight).await
    };
    let (_, late, early) = tokio::join!(hold_back(&world, &six), held_back, meanwhile);
    let (done, refused) = match late.status == 200 {
        true => (late, early),
        false => (early, late),
    };
    assert_eq!(refused.status, 409, "{:?}", refused.body);
    let seats = done.ok()["agent_quota"].clone();
    assert_eq!(at_stripe(&world, &owner).await["items"]["data"][0]["quantity"], seats);
}
