//! The database: SQLite or PostgreSQL behind one set of queries, chosen at run time by `DATABASE_URL`.
//! One file per purpose; several may share a table. Queries on a tenant take its id first.

mod activity;
mod agent_row;
mod agents;
mod asked;
mod batcher;
mod changes;
mod columns;
mod connect;
mod entitlements;
mod error;
mod events;
mod identities;
mod inbox;
mod incoming;
mod inline;
mod intents;
mod invitations;
mod listen;
mod literally;
mod lookups;
mod memberships;
mod migrate;
mod operators;
mod passwords;
mod people;
mod platform;
mod prices;
mod prune;
mod quote_row;
mod quotes;
mod resets;
mod schema;
mod service_tokens;
mod sessions;
mod standing;
mod subscriptions;
mod tenant_row;
mod tenants;
mod time;
mod trials;

pub use activity::NewActivity;
pub use agent_row::Switch;
pub use agents::*;
pub use asked::{OperatorRequest, Request};
pub use batcher::{BatchLimits, Batcher};
pub use changes::{Changes, Watch};
pub use connect::*;
pub use entitlements::Opened;
pub use error::*;
pub use events::*;
pub use identities::*;
pub use inbox::*;
pub use incoming::Arrival;
pub use intents::*;
pub use invitations::*;
pub use memberships::{Invited, NewRole, Removal};
pub use operators::*;
pub use people::*;
pub use prune::PrunedUpTo;
pub use quote_row::{NewSeatQuote, QuoteState, SeatQuote};
pub use quotes::Claim;
pub use service_tokens::*;
pub use sessions::*;
pub use subscriptions::*;
pub use trials::*;

/// Whether no row can hold this text: Postgres rejects a NUL, even to compare with.
pub(crate) fn can_not_be_kept(text: &str) -> bool {
    text.contains('\0')
}

/// Runs the body, an expression over a connection named `$conn`, on one of `$pools`, whose variants
/// are SQLite's and Postgres's: the body is compiled once for each.
macro_rules! connected {
    ($pools:expr, $variants:ident, $conn:ident => $body:expr) => {
        match $pools {
            $crate::store::$variants::Sqlite(pool) => {
                let mut pooled = $crate::store::soon(pool.get()).await?;
                let $conn = &mut *pooled;
                $body
            }
            $crate::store::$variants::Postgres(pool) => {
                let mut pooled = $crate::store::soon(pool.get()).await?;
                let $conn = &mut *pooled;
                $body
            }
        }
    };
}

/// Runs the body, an expression over a connection named `$conn`, on whichever database `$db` is.
macro_rules! query {
    ($db:expr, $conn:ident => $body:expr) => {
        $crate::store::connected!(&$db.pool, DbPool, $conn => $body)
    };
}

/// Like [`query!`], for a short read-only query. On SQLite it waits for no writer, and runs on the
/// calling thread.
macro_rules! read {
    ($db:expr, $conn:ident => $body:expr) => {
        $crate::store::connected!(&$db.readers, Readers, $conn => $body)
    };
}

/// Runs the body, a whole transaction over a connection named `$conn`, on one of `$pool`'s. If it is
/// cancelled, the connection is closed, which rolls it back: returned to the pool, it would hold the
/// transaction's locks until its next use.
macro_rules! whole {
    ($pool:expr, $conn:ident => $body:expr) => {{
        use diesel_async::pooled_connection::deadpool::Object;
        let pooled = $crate::store::soon($pool.get()).await?;
        let mut pooled = scopeguard::guard(pooled, |pooled| drop(Object::take(pooled)));
        let $conn = &mut **pooled;
        let done = $body;
        drop(scopeguard::ScopeGuard::into_inner(pooled));
        done
    }};
}

/// Like [`query!`], inside a transaction that is rolled back when the body returns an error. On SQLite
/// it begins IMMEDIATE, so that a read turning into a write is never refused half-way.
macro_rules! transaction {
    ($db:expr, $conn:ident => $body:block) => {
        match &$db.pool {
            $crate::store::DbPool::Sqlite(pool) => $crate::store::whole!(pool, conn => {
                conn.immediate_transaction::<_, $crate::store::StoreError, _>(async |$conn| $body)
                    .await
            }),
            $crate::store::DbPool::Postgres(pool) => $crate::store::whole!(pool, conn => {
                diesel_async::AsyncConnection::transaction::<_, $crate::store::StoreError, _>(
                    conn,
                    async |$conn| $body,
                )
                .await
            }),
        }
    };
}

/// Like [`transaction!`], for a write that the tenant's pages show. Increments the tenant's revision,
/// which also makes other changes to the tenant wait until this one ends, and notifies the tenant's
/// watchers once it is committed.
macro_rules! change {
    ($db:expr, $tenant_id:expr, $conn:ident => $body:block) => {{
        let done = $crate::store::transaction!($db, $conn => {
            diesel::update($crate::store::schema::tenants::table.find($tenant_id.as_str()))
                .set($crate::store::schema::tenants::revision.eq(
                    $crate::store::schema::tenants::revision + 1,
                ))
                .execute(&mut *$conn)
                .await?;
            $body
        });
        if done.is_ok() {
            $db.changes.announce($tenant_id);
        }
        done
    }};
}

pub(crate) use literally::Literally;
pub(crate) use {change, connected, query, read, transaction, whole};
