//! The database: SQLite or PostgreSQL behind one set of queries, chosen at run time by
//! `DATABASE_URL`. One file per group of tables; whatever belongs to a tenant takes its id first.

mod activity;
mod agent_row;
mod agents;
mod asked;
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
mod tenants;
mod time;
mod together;
mod trials;

pub use activity::NewActivity;
pub use agent_row::Switch;
pub use agents::*;
pub use asked::{OperatorRequest, Request};
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
pub use together::{BatchLimits, Together};
pub use trials::*;

/// Whether no row can hold this text: Postgres refuses to compare with a NUL.
pub(crate) fn can_not_be_kept(text: &str) -> bool {
    text.contains('\0')
}

/// A condition as it is written, for an index over those rows alone: a database that plans a query
/// before it knows its values can't tell that one of them is the index's.
pub(crate) fn literally(
    condition: &str,
) -> diesel::expression::SqlLiteral<diesel::sql_types::Bool> {
    diesel::dsl::sql(condition)
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

/// Like [`query!`], for a short query that only reads. On SQLite it waits for no writer, and runs on
/// the thread that asks.
macro_rules! read {
    ($db:expr, $conn:ident => $body:expr) => {
        $crate::store::connected!(&$db.readers, Readers, $conn => $body)
    };
}

/// Runs the body, a whole transaction over a connection named `$conn`, on one of `$pool`'s. Given up
/// before its end, it is rolled back with its connection, which is closed: put back, it would keep
/// the transaction's locks until somebody happened to use it.
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

/// Like [`query!`], inside a transaction that is rolled back when the body answers an error. On
/// SQLite it begins IMMEDIATE, so that a reader that turns writer is never refused half-way.
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

/// Like [`transaction!`], for a write that a page of the tenant shows. The tenant's revision grows
/// with it, which also makes other changes to the tenant wait until this one ends; once it is
/// committed, whoever watches the tenant is told.
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

pub(crate) use {change, connected, query, read, transaction, whole};
