//! What the SaaS's runtime asks for, over and over: one query for each answer.

use crate::model::{AgentId, Entitlements, TenantId, Timestamp};
use crate::store::schema::{agents, service_tokens, tenants};
use crate::store::tenants::{read_count, read_status};
use crate::store::{Db, StoreError, StoreResult, read};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// What a service token opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub token_id: String,
    /// To within minutes; `None` until it is used.
    pub last_used_at: Option<Timestamp>,
    /// `None` when there is no such tenant.
    pub entitlements: Option<Entitlements>,
}

/// A tenant with one of its active agents, if it has any.
type Row = (String, i32, Option<String>);

impl Db {
    /// The tenant's access, quota and active agents; `None` when there is no such tenant.
    pub async fn entitlements(&self, tenant_id: &TenantId) -> StoreResult<Option<Entitlements>> {
        let rows: Vec<Row> = read!(self, conn => {
            tenants::table
                .left_join(agents::table.on(agents::tenant_id.eq(tenants::id).and(agents::active)))
                .filter(tenants::id.eq(tenant_id.as_str()))
                .order((agents::created_at.asc(), agents::id.asc()))
                .select((
                    tenants::subscription_status,
                    tenants::agent_quota,
                    agents::id.nullable(),
                ))
                .load(conn)
                .await
        })?;
        read_entitlements(rows)
    }

    /// The same for whoever has the service token with this hash; `None` when there is no such token.
    /// The token is looked up in the very query, so that a revoked one opens nothing from then on,
    /// in any process, and checking it costs one step through an index.
    pub async fn entitlements_by_token(
        &self,
        tenant_id: Option<&TenantId>,
        token_hash: &str,
    ) -> StoreResult<Option<Opened>> {
        type OpenedRow = (String, Option<NaiveDateTime>, Option<Row>);
        // No tenant's id is empty. Owned, since the condition of a join within another can't borrow.
        let tenant_id = tenant_id.map(TenantId::to_string).unwrap_or_default();
        let rows: Vec<OpenedRow> = read!(self, conn => {
            service_tokens::table
                .left_join(tenants::table.on(tenants::id.eq(tenant_id)))
                .left_join(agents::table.on(agents::tenant_id.eq(tenants::id).and(agents::active)))
                .filter(service_tokens::token_hash.eq(token_hash))
                .order((agents::created_at.asc(), agents::id.asc()))
                .select((
                    service_tokens::id,
                    service_tokens::last_used_at,
                    (
                        tenants::subscription_status,
                        tenants::agent_quota,
                        agents::id.nullable(),
                    )
                        .nullable(),
                ))
                .load(conn)
                .await
        })?;
        let Some((token_id, last_used_at, _)) = rows.as_slice().first().cloned() else {
            return Ok(None);
        };
        let rows = rows.into_iter().filter_map(|(_, _, row)| row).collect();
        let last_used_at = last_used_at.map(|at| at.and_utc());
        Ok(Some(Opened { token_id, last_used_at, entitlements: read_entitlements(rows)? }))
    }
}

fn read_entitlements(rows: Vec<Row>) -> StoreResult<Option<Entitlements>> {
    let Some((status, quota, _)) = rows.as_slice().first() else { return Ok(None) };
    let access = read_status(status)?.policy().access;
    let agent_quota = read_count((*quota).into())?;
    let active_agents = rows
        .into_iter()
        .filter_map(|(_, _, id)| id)
        .map(read_agent_id)
        .collect::<StoreResult<Vec<_>>>()?;
    Ok(Some(Entitlements { access, agent_quota, active_agents }))
}

fn read_agent_id(id: String) -> StoreResult<AgentId> {
    id.parse().map_err(|_| StoreError::Unreadable(format!("agents.id '{id}'")))
}
