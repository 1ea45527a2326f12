//! Tenants as the pages read them, and their link to a Stripe Customer.

use crate::model::{
    ActivityKind, DeactivatedBy, DeactivationReason, Role, SessionId, Tenant, TenantId, Timestamp,
};
use crate::store::activity::tell;
use crate::store::columns::read_id;
use crate::store::prices::PriceRow;
use crate::store::quotes::CONFIRMING;
use crate::store::schema::{
    activity, agents, memberships, operators, prices, quotes, sessions, tenants, trials,
};
use crate::store::tenant_row::{AgentCounts, TenantRow};
use crate::store::{Db, Literally, NewActivity, StoreResult, change, query, read};
use chrono::NaiveDateTime;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::BTreeSet;

/// A tenant to be compared with Stripe.
#[derive(Debug, Clone)]
pub struct ToCompare {
    pub id: TenantId,
    /// Whether it is linked to a Stripe Customer.
    pub has_customer: bool,
    pub synced_at: Option<Timestamp>,
}

impl Db {
    /// Adds a tenant.
    ///
    /// # Errors
    /// A unique violation when the id is taken.
    pub async fn create_tenant(
        &self,
        tenant_id: &TenantId,
        name: &str,
        now: Timestamp,
    ) -> StoreResult<()> {
        query!(self, conn => {
            diesel::insert_into(tenants::table)
                .values((
                    tenants::id.eq(tenant_id.as_str()),
                    tenants::name.eq(name),
                    tenants::created_at.eq(now.naive_utc()),
                ))
                .execute(conn)
                .await
        })?;
        Ok(())
    }

    /// The tenant with its billing fields and its count of active agents, in one query. `lookup` names
    /// the price on sale, used unless a subscription is live.
    pub async fn tenant(
        &self,
        tenant_id: &TenantId,
        lookup: &str,
        now: Timestamp,
    ) -> StoreResult<Option<Tenant>> {
        type Found = (TenantRow, Option<PriceRow>, i64, i64, i64, bool, Option<i32>);
        let found: Option<Found> = read!(self, conn => {
            tenants::table
                .left_join(prices::table.on(prices::lookup.eq(lookup)))
                .filter(tenants::id.eq(tenant_id.as_str()))
                .select((
                    TenantRow::as_select(),
                    Option::<PriceRow>::as_select(),
                    agents::table
                        .filter(agents::tenant_id.eq(tenant_id.as_str()).and(agents::active))
                        .count()
                        .single_value()
                        .assume_not_null(),
                    agents::table
                        .filter(agents::tenant_id.eq(tenant_id.as_str()))
                        .filter(agents::deactivated_by.eq(DeactivatedBy::Billing.as_str()))
                        .count()
                        .single_value()
                        .assume_not_null(),
                    agents::table
                        .filter(agents::tenant_id.eq(tenant_id.as_str()))
                        .filter(agents::deactivated_by.eq(DeactivatedBy::Billing.as_str()))
                        .filter(
                            agents::deactivated_reason.eq(DeactivationReason::SeatsReduced.as_str()),
                        )
                        .count()
                        .single_value()
                        .assume_not_null(),
                    exists(
                        trials::table
                            .inner_join(operators::table.on(trials::email.eq(operators::email.nullable())))
                            .inner_join(memberships::table.on(memberships::operator_id.eq(operators::id)))
                            .filter(memberships::tenant_id.eq(tenant_id.as_str()))
                            .filter(memberships::role.eq(Role::Owner.as_str())),
                    ),
                    quotes::table
                        .filter(quotes::tenant_id.eq(tenant_id.as_str()))
                        .filter(Literally(CONFIRMING))
                        .filter(quotes::invoice_id.is_not_null())
                        .select(quotes::agent_count)
                        .single_value(),
                ))
                .first(conn)
                .await
                .optional()
        })?;
        let read = |(row, price, active, waiting, for_seats, owner_had_trial, pending): Found| {
            let trial_available = !(row.billing.trial_used || owner_had_trial);
            let agents = AgentCounts { active, waiting, for_seats };
            row.into_tenant(price, agents, trial_available, pending, now)
        };
        found.map(read).transpose()
    }

    /// The tenant's name and its revision; `None` where there is no such tenant.
    pub async fn name_and_revision(
        &self,
        tenant_id: &TenantId,
    ) -> StoreResult<Option<(String, i64)>> {
        Ok(read!(self, conn => {
            tenants::table
                .find(tenant_id.as_str())
                .select((tenants::name, tenants::revision))
                .first(conn)
                .await
                .optional()
        })?)
    }

    /// The tenant's revision, which grows with every change that its pages show. `None` once the
    /// session has ended, or was not used after `used_after`, or its operator may not view the tenant.
    pub async fn revision(
        &self,
        tenant_id: &TenantId,
        session_id: &SessionId,
        now: Timestamp,
        used_after: Timestamp,
    ) -> StoreResult<Option<i64>> {
        let revision = read!(self, conn => {
            let member = memberships::table
                .filter(memberships::operator_id.eq(operators::id))
                .filter(memberships::tenant_id.eq(tenant_id.as_str()));
            tenants::table
                .inner_join(sessions::table.on(sessions::id.eq(session_id.to_string())))
                .inner_join(operators::table.on(operators::id.eq(sessions::operator_id)))
                .filter(tenants::id.eq(tenant_id.as_str()))
                .filter(sessions::expires_at.gt(now.naive_utc()))
                .filter(sessions::last_seen_at.gt(used_after.naive_utc()))
                .filter(operators::platform_admin.or(exists(member)))
                .select(tenants::revision)
                .first(conn)
                .await
                .optional()
        })?;
        Ok(revision)
    }

    /// The next `limit` tenants by id after `after`, with when each was last synced.
    pub async fn tenants_to_compare(
        &self,
        after: Option<&TenantId>,
        limit: i64,
    ) -> StoreResult<Vec<ToCompare>> {
        let after = after.map_or("", TenantId::as_str);
        let rows: Vec<(String, bool, Option<NaiveDateTime>)> = read!(self, conn => {
            tenants::table
                .filter(tenants::id.gt(after))
                .order(tenants::id.asc())
                .limit(limit)
                .select((tenants::id, tenants::stripe_customer_id.is_not_null(), tenants::synced_at))
                .load(conn)
                .await
        })?;
        let row = |(id, has_customer, synced_at): (String, _, Option<NaiveDateTime>)| {
            let synced_at = synced_at.map(|at| at.and_utc());
            Ok(ToCompare { id: read_id("tenants.id", &id)?, has_customer, synced_at })
        };
        rows.into_iter().map(row).collect()
    }

    /// Links the tenant to its Stripe Customer, unless it has one.
    pub async fn keep_customer(
        &self,
        tenant_id: &TenantId,
        customer_id: &str,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<()> {
        change!(self, tenant_id, conn => {
            let kept = diesel::update(tenants::table)
                .filter(tenants::id.eq(tenant_id.as_str()))
                .filter(tenants::stripe_customer_id.is_null())
                .set((
                    tenants::stripe_customer_id.eq(customer_id),
                    tenants::synced_at.eq(None::<NaiveDateTime>),
                ))
                .execute(&mut *conn)
                .await?;
            if kept == 1 {
                tell!(conn, tenant_id, now, [entry]);
            }
            Ok(())
        })
    }

    /// The Stripe Customers that the tenant was linked to before, the last one first.
    pub async fn customers_let_go(&self, tenant_id: &TenantId) -> StoreResult<Vec<String>> {
        let let_go: Vec<Option<String>> = read!(self, conn => {
            activity::table
                .filter(activity::tenant_id.eq(tenant_id.as_str()))
                .filter(activity::kind.eq(ActivityKind::CustomerLost.as_str()))
                .order(activity::id.desc())
                .select(activity::before)
                .load(conn)
                .await
        })?;
        let mut seen = BTreeSet::new();
        Ok(let_go.into_iter().flatten().filter(|id| seen.insert(id.clone())).collect())
    }

    /// Unlinks the tenant from a Customer that no longer exists, unless it has another by now.
    pub async fn forget_customer(
        &self,
        tenant_id: &TenantId,
        customer_id: &str,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<()> {
        change!(self, tenant_id, conn => {
            let let_go = diesel::update(tenants::table)
                .filter(tenants::id.eq(tenant_id.as_str()))
                .filter(tenants::stripe_customer_id.eq(customer_id))
                .set(tenants::stripe_customer_id.eq(None::<&str>))
                .execute(&mut *conn)
                .await?;
            if let_go == 1 {
                tell!(conn, tenant_id, now, [entry]);
            }
            Ok(())
        })
    }
}
