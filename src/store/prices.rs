//! The last known price of the plan.

use crate::model::{Money, Plan, Timestamp};
use crate::store::columns::{read_count, written_count};
use crate::store::schema::prices;
use crate::store::{Db, StoreResult, query, read};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Queryable, Selectable)]
#[diesel(table_name = prices)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
pub(crate) struct PriceRow {
    pub product_name: String,
    price_id: String,
    unit_amount: i64,
    currency: String,
    price_interval: String,
    price_interval_count: i32,
}

impl PriceRow {
    pub fn into_plan(self) -> StoreResult<Plan> {
        Ok(Plan {
            name: self.product_name,
            price_id: self.price_id,
            unit: Money::new(self.unit_amount, self.currency),
            interval: self.price_interval,
            interval_count: read_count(self.price_interval_count.into())?,
        })
    }
}

impl Db {
    /// Stores the price that `lookup` names as Stripe last returned it.
    pub async fn keep_price(
        &self,
        lookup: &str,
        plan: &Plan,
        livemode: bool,
        now: Timestamp,
    ) -> StoreResult<()> {
        query!(self, conn => {
            let values = (
                prices::lookup.eq(lookup),
                prices::price_id.eq(&plan.price_id),
                prices::product_name.eq(&plan.name),
                prices::unit_amount.eq(plan.unit.amount),
                prices::currency.eq(&plan.unit.currency),
                prices::price_interval.eq(&plan.interval),
                prices::price_interval_count.eq(written_count(plan.interval_count)),
                prices::livemode.eq(livemode),
                prices::fetched_at.eq(now.naive_utc()),
            );
            diesel::insert_into(prices::table)
                .values(values)
                .on_conflict(prices::lookup)
                .do_update()
                .set(values)
                .execute(conn)
                .await
        })?;
        Ok(())
    }

    /// The last known price that `lookup` names.
    pub async fn price(&self, lookup: &str) -> StoreResult<Option<Plan>> {
        let row: Option<PriceRow> = read!(self, conn => {
            prices::table.find(lookup).select(PriceRow::as_select()).first(conn).await.optional()
        })?;
        row.map(PriceRow::into_plan).transpose()
    }
}
