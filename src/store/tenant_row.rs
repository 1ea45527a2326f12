//! A tenant's row, and the tenant that pages are made from.

use crate::model::{Money, Plan, Tenant, Timestamp};
use crate::store::StoreResult;
use crate::store::columns::{read_count, read_id, read_status, read_unpaid_invoice};
use crate::store::prices::PriceRow;
use crate::store::schema::tenants;
use crate::store::subscriptions::BillingRow;
use chrono::NaiveDateTime;
use diesel::prelude::*;

#[derive(Queryable, Selectable)]
#[diesel(table_name = tenants)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
pub(super) struct TenantRow {
    id: String,
    name: String,
    stripe_customer_id: Option<String>,
    #[diesel(embed)]
    pub billing: BillingRow,
    synced_at: Option<NaiveDateTime>,
    synced_by: Option<String>,
}

/// How many of a tenant's agents are active, how many billing has turned off, and how many of those for
/// fewer seats.
pub(super) struct AgentCounts {
    pub active: i64,
    pub waiting: i64,
    pub for_seats: i64,
}

impl TenantRow {
    pub fn into_tenant(
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
