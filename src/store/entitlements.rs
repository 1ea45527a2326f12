//! The entitlements that the SaaS's runtime keeps asking for.

use crate::model::{Entitlements, TenantId, Timestamp};
use crate::store::columns::{read_count, read_id, read_status};
use crate::store::connect::Readers;
use crate::store::schema::{agents, service_tokens, tenants};
use crate::store::{Db, StoreResult, soon};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::future::{Either, select};
use std::pin::pin;

/// The answer to a request with a valid service token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub token_id: String,
    /// Accurate to minutes; `None` until first used.
    pub last_used_at: Option<Timestamp>,
    /// `None` when there is no such tenant.
    pub entitlements: Option<Entitlements>,
}

/// A tenant's status and quota, with one of its active agents, if it has any.
pub(super) type Row = (String, i32, Option<String>);
/// A service token's id, and when it was last used.
pub(super) type Token = (String, Option<NaiveDateTime>);

impl Db {
    /// The tenant's access, quota and active agents; `None` when there is no such tenant.
    pub async fn entitlements(&self, tenant_id: &TenantId) -> StoreResult<Option<Entitlements>> {
        let rows: Vec<Row> = match &self.readers {
            Readers::Postgres(readers) => readers.tenants.ask(tenant_id.clone()).await?,
            Readers::Sqlite(pool) => {
                let mut conn = soon(pool.get()).await?;
                tenants::table
                    .left_join(
                        agents::table.on(agents::tenant_id.eq(tenants::id).and(agents::active)),
                    )
                    .filter(tenants::id.eq(tenant_id.as_str()))
                    .order((agents::created_at.asc(), agents::id.asc()))
                    .select((
                        tenants::subscription_status,
                        tenants::agent_quota,
                        agents::id.nullable(),
                    ))
                    .load(&mut conn)
                    .await?
            }
        };
        read_entitlements(rows)
    }

    /// The same for a caller whose service token has this hash; `None` when there is no such token. The
    /// token is looked up each time, so that revoking it takes effect at once, in every process.
    pub async fn entitlements_by_token(
        &self,
        tenant_id: Option<&TenantId>,
        token_hash: &str,
    ) -> StoreResult<Option<Opened>> {
        let token = async {
            match &self.readers {
                Readers::Postgres(readers) => readers.tokens.ask(token_hash.to_owned()).await,
                Readers::Sqlite(pool) => {
                    let mut conn = soon(pool.get()).await?;
                    let token = service_tokens::table
                        .filter(service_tokens::token_hash.eq(token_hash))
                        .select((service_tokens::id, service_tokens::last_used_at))
                        .first(&mut conn)
                        .await;
                    Ok(token.optional()?)
                }
            }
        };
        let entitlements = async {
            match tenant_id {
                Some(tenant_id) => self.entitlements(tenant_id).await,
                None => Ok(None),
            }
        };
        // Whoever has no token waits for nothing else, and learns nothing from how long it takes.
        let (token, entitlements): (StoreResult<Option<Token>>, _) =
            match select(pin!(token), pin!(entitlements)).await {
                Either::Left((Ok(Some(token)), other)) => (Ok(Some(token)), other.await),
                Either::Left((no_token, _)) => (no_token, Ok(None)),
                Either::Right((entitlements, other)) => (other.await, entitlements),
            };
        let Some((token_id, last_used_at)) = token? else { return Ok(None) };
        let last_used_at = last_used_at.map(|at| at.and_utc());
        Ok(Some(Opened { token_id, last_used_at, entitlements: entitlements? }))
    }
}

fn read_entitlements(rows: Vec<Row>) -> StoreResult<Option<Entitlements>> {
    let Some((status, quota, _)) = rows.as_slice().first() else { return Ok(None) };
    let access = read_status(status)?.policy().access;
    let agent_quota = read_count((*quota).into())?;
    let active_agents = rows
        .into_iter()
        .filter_map(|(_, _, id)| id)
        .map(|id| read_id("agents.id", &id))
        .collect::<StoreResult<Vec<_>>>()?;
    Ok(Some(Entitlements { access, agent_quota, active_agents }))
}
