//! Batched look-ups for the SaaS's runtime, on Postgres: concurrent requests share a query, since most
//! of a small query's cost is the round trip.

use crate::model::TenantId;
use crate::store::columns::read_id;
use crate::store::entitlements::{Row, Token};
use crate::store::schema::{agents, service_tokens, tenants};
use crate::store::{BatchLimits, Batcher, StoreResult, soon};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::pooled_connection::deadpool::{Object, Pool, PoolError};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

const LIMITS: BatchLimits =
    BatchLimits { together: 256, under_way: 2, waiting: 4096, patience: Duration::from_secs(5) };

/// Postgres for short reads: the pool, and batched look-ups.
#[derive(Clone)]
pub(crate) struct PostgresReaders {
    pool: Pool<AsyncPgConnection>,
    /// Tenants with their active agents, the oldest first.
    pub(super) tenants: Batcher<TenantId, Vec<Row>>,
    /// Service tokens by their hash.
    pub(super) tokens: Batcher<String, Option<Token>>,
}

impl PostgresReaders {
    pub(super) fn new(pool: Pool<AsyncPgConnection>) -> Self {
        let (for_tenants, for_tokens) = (pool.clone(), pool.clone());
        Self {
            pool,
            tenants: Batcher::new(LIMITS, move |ids| {
                let pool = for_tenants.clone();
                async move { each(&ids, read_tenants(&pool, &ids).await) }
            }),
            tokens: Batcher::new(LIMITS, move |hashes| {
                let pool = for_tokens.clone();
                async move { each(&hashes, read_tokens(&pool, &hashes).await) }
            }),
        }
    }

    pub(crate) async fn get(&self) -> Result<Object<AsyncPgConnection>, PoolError> {
        self.pool.get().await
    }
}

async fn read_tenants(
    pool: &Pool<AsyncPgConnection>,
    ids: &[TenantId],
) -> StoreResult<HashMap<TenantId, Vec<Row>>> {
    let mut conn = soon(pool.get()).await?;
    let rows: Vec<(String, Row)> = tenants::table
        .left_join(agents::table.on(agents::tenant_id.eq(tenants::id).and(agents::active)))
        .filter(tenants::id.eq_any(ids.iter().map(TenantId::as_str)))
        .order((agents::created_at.asc(), agents::id.asc()))
        .select((
            tenants::id,
            (tenants::subscription_status, tenants::agent_quota, agents::id.nullable()),
        ))
        .load(&mut conn)
        .await?;
    let mut found: HashMap<TenantId, Vec<Row>> = HashMap::with_capacity(ids.len());
    for (id, row) in rows {
        found.entry(read_id("tenants.id", &id)?).or_default().push(row);
    }
    Ok(found)
}

async fn read_tokens(
    pool: &Pool<AsyncPgConnection>,
    hashes: &[String],
) -> StoreResult<HashMap<String, Option<Token>>> {
    let mut conn = soon(pool.get()).await?;
    let rows: Vec<(String, String, Option<NaiveDateTime>)> = service_tokens::table
        .filter(service_tokens::token_hash.eq_any(hashes))
        .select((service_tokens::token_hash, service_tokens::id, service_tokens::last_used_at))
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(|(hash, id, used)| (hash, Some((id, used)))).collect())
}

/// The values found, in the order of the keys asked for.
fn each<K: Eq + Hash, V: Clone + Default>(
    asked: &[K],
    found: StoreResult<HashMap<K, V>>,
) -> Vec<StoreResult<V>> {
    match found {
        Ok(found) => {
            asked.iter().map(|key| Ok(found.get(key).cloned().unwrap_or_default())).collect()
        }
        Err(error) => asked.iter().map(|_| Err(error.for_each_waiter())).collect(),
    }
}
