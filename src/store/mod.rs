//! The database: SQLite or PostgreSQL behind one set of queries, chosen at run time by
//! `DATABASE_URL`. One file per group of tables; whatever belongs to a tenant takes its id first.

mod activity;
mod agent_row;
mod agents;
mod asked;
mod connect;
mod entitlements;
mod error;
mod events;
mod intents;
mod migrate;
mod operators;
mod prices;
mod quotes;
mod schema;
mod sessions;
mod subscriptions;
mod tenants;
mod trials;

pub use activity::NewActivity;
pub use agent_row::Switch;
pub use agents::*;
pub use asked::{Asked, Request};
pub use connect::*;
pub use error::*;
pub use events::*;
pub use intents::*;
pub use operators::*;
pub use quotes::*;
pub use sessions::*;
pub use subscriptions::*;
pub use trials::*;

/// Runs the body, an expression over a connection named `$conn`, on whichever database `$db` is:
/// the body is compiled once for each.
macro_rules! query {
    ($db:expr, $conn:ident => $body:expr) => {
        match $db {
            $crate::store::Db::Sqlite(pool) => {
                let mut pooled = pool.get().await?;
                let $conn = &mut *pooled;
                $body
            }
            $crate::store::Db::Postgres(pool) => {
                let mut pooled = pool.get().await?;
                let $conn = &mut *pooled;
                $body
            }
        }
    };
}

/// Like [`query!`], inside a transaction that is rolled back when the body answers an error. On
/// SQLite it begins IMMEDIATE, so that a reader that turns writer is never refused half-way.
macro_rules! transaction {
    ($db:expr, $conn:ident => $body:block) => {
        match $db {
            $crate::store::Db::Sqlite(pool) => {
                let mut pooled = pool.get().await?;
                pooled
                    .immediate_transaction::<_, $crate::store::StoreError, _>(async |$conn| $body)
                    .await
            }
            $crate::store::Db::Postgres(pool) => {
                let mut pooled = pool.get().await?;
                diesel_async::AsyncConnection::transaction::<_, $crate::store::StoreError, _>(
                    &mut *pooled,
                    async |$conn| $body,
                )
                .await
            }
        }
    };
}

pub(crate) use {query, transaction};
