//! What the SaaS's runtime asks for, over and over: one query for each answer.

use crate::model::{AgentId, Entitlements, TenantId};
use crate::store::schema::{agents, tenants};
use crate::store::tenants::{read_count, read_status};
use crate::store::{Db, StoreError, StoreResult, read};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

impl Db {
    /// The tenant's access, quota and active agents; `None` when there is no such tenant.
    pub async fn entitlements(&self, tenant_id: &TenantId) -> StoreResult<Option<Entitlements>> {
        let rows: Vec<(String, i32, Option<String>)> = read!(self, conn => {
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
}

fn read_agent_id(id: String) -> StoreResult<AgentId> {
    id.parse().map_err(|_| StoreError::Unreadable(format!("agents.id '{id}'")))
}
