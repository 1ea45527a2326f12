//! Tenants as the pages read them, and their link to a Stripe Customer.

use crate::model::{
    ActivityKind, DeactivatedBy, DeactivationReason, Money, Plan, Role, SessionId, Tenant,
    TenantId, Timestamp,
};
use crate::store::activity::tell;
use crate::store::columns::{read_count, read_id, read_status, read_unpaid_invoice};
use crate::store::prices::PriceRow;
use crate::store::quotes::CONFIRMING;
use crate::store::schema::{
    activity, agents, memberships, operators, prices, quotes, sessions, tenants, trials,
};
use crate::store::subscriptions::BillingRow;
use crate::store::{Db, Literally, NewActivity, StoreResult, change, query, read};
use chrono::NaiveDateTime;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::BTreeSet;

#[derive(Queryable, Selectable)]
#[diesel(table_name = tenants)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
struct TenantRow {
    id: String,
    name: String,
    stripe_customer_id: Option<String>,
    #[diesel(embed)]
    billing: BillingRow,
    synced_at: Option<NaiveDateTime>,
    synced_by: Option<String>,
}

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

/// How many of a tenant's agents are active, how many billing has turned off, and how many of those for
/// fewer seats.
struct AgentCounts {
    active: i64,
    waiting: i64,
    for_seats: i64,
}

impl TenantRow {
    fn into_tenant(
        self,
        price: Option<PriceRow>,
        agents: AgentCounts,
        trial_available: bool,
        pending: Option<i32>,
        now: Timestamp,
    ) -> StoreResult<Tenant> {
        let billing = self.billing;
        let trial_ends_at = billing.trial_ends_at.map(|end| end.and_utc());
        let status = read_status(&billing.subscription_status)?;
        let works = status.policy().access.allows_agents();
        let agent_quota = read_count(billing.agent_quota.into())?;
        let pending = pending.map(|count| read_count(count.into())).transpose()?;
        let plan = match (&price, billing.price_id, billing.unit_amount, billing.currency) {
            // A returning customer pays what is on sale by then.
            (on_sale, Some(price_id), Some(unit), Some(currency))
                if status.is_live() || on_sale.is_none() =>
            {
                Some(Plan {
                    name: price.map(|price| price.product_name).unwrap_or_default(),
                    price_id,
                    unit: Money::new(unit, currency),
                    interval: billing.price_interval.unwrap_or_default(),
                    interval_count: read_count(billing.price_interval_count.into())?,
                })
            }
            _ => price.map(PriceRow::into_plan).transpose()?,
        };
        Ok(Tenant {
            id: read_id("tenants.id", &self.id)?,
            name: self.name,
            stripe_customer_id: self.stripe_customer_id,
            stripe_subscription_id: billing.stripe_subscription_id,
            stripe_subscription_item_id: billing.stripe_subscription_item_id,
            subscription_status: status,
            stripe_status: billing.stripe_status,
            trial_ends_at,
            trial_days_left: trial_ends_at.map(|end| days_until(end, now)),
            agent_quota,
            pending_agent_count: pending.filter(|count| works && *count != agent_quota),
            agents_active: read_count(agents.active)?,
            agents_waiting: read_count(match works {
                true => agents.waiting,
                false => agents.waiting - agents.for_seats,
            })?,
            current_period_end: billing.current_period_end.map(|end| end.and_utc()),
            cancels_at: billing.cancels_at.map(|at| at.and_utc()),
            unpaid_invoice: read_unpaid_invoice(billing.unpaid_invoice.as_deref())?,
            trial_available,
            plan,
            livemode: billing.livemode,
            synced_at: self.synced_at.map(|at| at.and_utc()),
            synced_by: self.synced_by,
        })
    }
}

fn days_until(end: Timestamp, now: Timestamp) -> u32 {
    let seconds = (end - now).num_seconds().max(0);
    u32::try_from((seconds + 86_399) / 86_400).unwrap_or(u32::MAX)
}
