//! Platform administrators, and how they search for a tenant.

use crate::model::{OperatorId, TenantId, TenantSummary};
use crate::store::columns::{read_id, read_status};
use crate::store::schema::{operators, tenants};
use crate::store::{Db, DbPool, StoreResult, can_not_be_kept, query, read};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

/// A prefix followed by this sorts after every text that begins with the prefix.
const LAST: char = char::MAX;

impl Db {
    /// Makes an operator a platform administrator, or takes that back. `false` when there is no such
    /// operator.
    pub async fn set_platform_admin(
        &self,
        operator_id: &OperatorId,
        platform_admin: bool,
    ) -> StoreResult<bool> {
        let known = query!(self, conn => {
            diesel::update(operators::table.find(operator_id.as_str()))
                .set(operators::platform_admin.eq(platform_admin))
                .execute(conn)
                .await
        })?;
        Ok(known > 0)
    }

    /// The tenant that has this id, or this Stripe Customer.
    pub async fn tenant_called(&self, id: &str) -> StoreResult<Option<TenantSummary>> {
        if can_not_be_kept(id) {
            return Ok(None);
        }
        let row: Option<(String, String, String)> = read!(self, conn => {
            tenants::table
                .filter(
                    tenants::id
                        .eq(id)
                        .or(tenants::stripe_customer_id.assume_not_null().eq(id)),
                )
                .select((tenants::id, tenants::name, tenants::subscription_status))
                .first(conn)
                .await
                .optional()
        })?;
        row.map(read_summary).transpose()
    }

    /// The next tenants after `after` whose names begin with `start`, ignoring case, by name.
    pub async fn tenants_named(
        &self,
        start: &str,
        after: Option<&TenantId>,
        limit: i64,
    ) -> StoreResult<Vec<TenantSummary>> {
        if can_not_be_kept(start) {
            return Ok(Vec::new());
        }
        // As the index orders them: by bytes, so that a prefix is a range.
        let key = match self.pool {
            DbPool::Sqlite(_) => "lower(tenants.name)",
            DbPool::Postgres(_) => "lower(tenants.name) COLLATE \"C\"",
        };
        let (start, end) = (start.to_owned(), format!("{start}{LAST}"));
        // By the database's own rules, which depend on its locale: SQLite lowercases ASCII only.
        let lower = |text: &String| sql::<Text>("lower(").bind::<Text, _>(text.clone()).sql(")");
        let rows: Vec<(String, String, String)> = read!(self, conn => {
            let mut named = tenants::table
                .filter(sql::<Text>(key).ge(lower(&start)))
                .filter(sql::<Text>(key).lt(lower(&end)))
                .order((sql::<Text>(key), tenants::id))
                .limit(limit)
                .select((tenants::id, tenants::name, tenants::subscription_status))
                .into_boxed();
            if let Some(after) = after {
                let last: Option<String> = tenants::table
                    .find(after.as_str())
                    .select(sql::<Text>(key))
                    .first(&mut *conn)
                    .await
                    .optional()?;
                let last = last.unwrap_or_default();
                named = named
                    .filter(sql::<Text>(key).ge(last.clone()))
                    .filter(sql::<Text>(key).gt(last).or(tenants::id.gt(after.as_str())));
            }
            named.load(conn).await
        })?;
        rows.into_iter().map(read_summary).collect()
    }
}

fn read_summary((id, name, status): (String, String, String)) -> StoreResult<TenantSummary> {
    Ok(TenantSummary {
        tenant_id: read_id("tenants.id", &id)?,
        tenant_name: name,
        subscription_status: read_status(&status)?,
    })
}
