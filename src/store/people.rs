//! Tenants and their people, as administrators list them.

use crate::model::{Role, SubscriptionStatus, TenantId, Timestamp};
use crate::store::columns::{read_count, read_id, read_role, read_status};
use crate::store::schema::{memberships, operators, tenants};
use crate::store::{Db, Operator, StoreResult, read};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use std::collections::BTreeMap;

/// A tenant in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantLine {
    pub id: TenantId,
    pub name: String,
    pub status: SubscriptionStatus,
    pub agent_quota: u32,
    pub created_at: Timestamp,
}

/// An operator in a list, with the tenants they belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorLine {
    pub operator: Operator,
    /// Whether they can look at every tenant.
    pub platform_admin: bool,
    pub tenants: Vec<OperatorTenant>,
}

/// A tenant of an operator in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperatorTenant {
    pub tenant_id: TenantId,
    pub tenant_name: String,
    pub role: Role,
}

impl Db {
    /// The next tenants by id after `after`.
    pub async fn tenant_lines(
        &self,
        after: Option<&TenantId>,
        limit: i64,
    ) -> StoreResult<Vec<TenantLine>> {
        type Row = (String, String, String, i32, NaiveDateTime);
        let after = after.map_or("", TenantId::as_str);
        let rows: Vec<Row> = read!(self, conn => {
            tenants::table
                .filter(tenants::id.gt(after))
                .order(tenants::id)
                .limit(limit)
                .select((
                    tenants::id,
                    tenants::name,
                    tenants::subscription_status,
                    tenants::agent_quota,
                    tenants::created_at,
                ))
                .load(conn)
                .await
        })?;
        rows.into_iter()
            .map(|(id, name, status, quota, created_at)| {
                Ok(TenantLine {
                    id: read_id("tenants.id", &id)?,
                    name,
                    status: read_status(&status)?,
                    agent_quota: read_count(quota.into())?,
                    created_at: created_at.and_utc(),
                })
            })
            .collect()
    }

    /// The next operators by email after `after`, with all of their tenants.
    pub async fn operator_lines(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> StoreResult<Vec<OperatorLine>> {
        let after = after.unwrap_or_default();
        let people: Vec<(String, String, String, bool)> = read!(self, conn => {
            operators::table
                .filter(operators::email.gt(after))
                .order(operators::email)
                .limit(limit)
                .select((
                    operators::id,
                    operators::email,
                    operators::name,
                    operators::platform_admin,
                ))
                .load(conn)
                .await
        })?;
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let ids = people.iter().map(|(id, ..)| id.as_str());
        let rows: Vec<(String, String, String, String)> = read!(self, conn => {
            memberships::table
                .inner_join(tenants::table)
                .filter(memberships::operator_id.eq_any(ids))
                .order((memberships::operator_id, memberships::tenant_id))
                .select((memberships::operator_id, tenants::id, tenants::name, memberships::role))
                .load(conn)
                .await
        })?;
        let mut theirs: BTreeMap<String, Vec<OperatorTenant>> = BTreeMap::new();
        for (operator_id, tenant_id, tenant_name, role) in rows {
            let tenant_id = read_id("tenants.id", &tenant_id)?;
            let tenant = OperatorTenant { tenant_id, tenant_name, role: read_role(&role)? };
            theirs.entry(operator_id).or_default().push(tenant);
        }
        people
            .into_iter()
            .map(|(id, email, name, platform_admin)| {
                let tenants = theirs.remove(&id).unwrap_or_default();
                let operator = Operator { id: read_id("operators.id", &id)?, email, name };
                Ok(OperatorLine { operator, platform_admin, tenants })
            })
            .collect()
    }

    /// The tenant's people, by email, with this tenant only.
    pub async fn people(&self, tenant_id: &TenantId) -> StoreResult<Vec<OperatorLine>> {
        type Row = ((String, String, String, bool), (String, String));
        let rows: Vec<Row> = read!(self, conn => {
            memberships::table
                .inner_join(operators::table)
                .inner_join(tenants::table)
                .filter(memberships::tenant_id.eq(tenant_id.as_str()))
                .order(operators::email)
                .select((
                    (
                        operators::id,
                        operators::email,
                        operators::name,
                        operators::platform_admin,
                    ),
                    (tenants::name, memberships::role),
                ))
                .load(conn)
                .await
        })?;
        rows.into_iter()
            .map(|((id, email, name, platform_admin), (tenant_name, role))| {
                let operator = Operator { id: read_id("operators.id", &id)?, email, name };
                let (tenant_id, role) = (tenant_id.clone(), read_role(&role)?);
                let tenants = vec![OperatorTenant { tenant_id, tenant_name, role }];
                Ok(OperatorLine { operator, platform_admin, tenants })
            })
            .collect()
    }
}
