//! The plan that is sold: its product and its price.

use super::{Did, Outcome, Setup};
use crate::model::{Language, Money};
use crate::stripe::account::{AccountPrice, NewPrice};
use crate::stripe::{GatewayResult, PriceRef};

const NAME: &str = "AI Employee Plan";
const UNIT_LABEL: &str = "agent";
const MONTHLY_CENTS: i64 = 4_900;
const CURRENCY: &str = "usd";
const INTERVAL: &str = "month";

/// Whether a price can be sold as the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Right,
    /// It costs something else, but whoever set `STRIPE_PRICE` to its id knows that.
    Chosen(String),
    Wrong(String),
}

/// Judges the price that `named` has led to.
pub fn judge(price: &AccountPrice, named: &PriceRef) -> Verdict {
    let wrong = |what: &str| Verdict::Wrong(what.to_owned());
    let (Some(recurring), Some(amount)) = (&price.recurring, price.unit_amount) else {
        return wrong("it is not charged per unit and period");
    };
    if !price.active {
        return wrong("it is archived");
    }
    if price.product.active == Some(false) {
        return wrong("its product is archived");
    }
    if recurring.usage_type != "licensed" {
        return wrong("it is charged by usage");
    }
    let unit = Money::new(amount, price.currency.clone());
    let (interval, count) = (recurring.interval.as_str(), recurring.interval_count);
    if unit == monthly() && (interval, count) == (INTERVAL, 1) {
        return Verdict::Right;
    }
    let costs = cost(&unit, interval, count);
    let what = format!("it costs {costs}, not {}", plan_cost());
    match named {
        PriceRef::Id(_) => Verdict::Chosen(what),
        PriceRef::LookupKey(_) => Verdict::Wrong(what),
    }
}

/// How to fix a price that is wrong.
pub fn remedy(named: &PriceRef) -> String {
    match named {
        PriceRef::Id(_) => "In the Dashboard, see that the price and its product are on sale, for \
                            each unit and period; or set STRIPE_PRICE to the id of another price."
            .to_owned(),
        PriceRef::LookupKey(key) => format!(
            "In the Dashboard, see that the lookup key '{key}' is that of a price of {} that is on \
             sale; or take the key off this price and run `portal stripe setup`; or set \
             STRIPE_PRICE to the id of the price that is meant.",
            plan_cost()
        ),
    }
}

/// "$49.00 a month".
pub fn plan_cost() -> String {
    cost(&monthly(), INTERVAL, 1)
}

fn cost(unit: &Money, interval: &str, count: i64) -> String {
    let unit = unit.written(Language::En);
    match count {
        1 => format!("{unit} a {interval}"),
        count => format!("{unit} every {count} {interval}s"),
    }
}

fn monthly() -> Money {
    Money::new(MONTHLY_CENTS, CURRENCY)
}

impl Setup<'_> {
    pub(super) async fn plan(&self, key: &str, outcome: &mut Outcome) {
        match (self.stripe.account_price(self.price).await, self.price) {
            (Ok(Some(price)), _) => self.found(price, outcome),
            (Ok(None), PriceRef::Id(id)) => outcome.failed(
                "price",
                None,
                format!("Stripe has no price {id}"),
                "Correct STRIPE_PRICE, or take it away to have the price made.".to_owned(),
            ),
            (Ok(None), PriceRef::LookupKey(lookup_key)) => {
                self.make(lookup_key, key, outcome).await;
            }
            (Err(error), _) => outcome.refused("price", &error),
        }
    }

    fn found(&self, price: AccountPrice, outcome: &mut Outcome) {
        let name = price.product.name.clone().unwrap_or_default();
        let verdict = judge(&price, self.price);
        outcome.done("product", Did::Found, Some(price.product.id), name);
        match verdict {
            Verdict::Right => {
                let what = format!("{}, {}", self.price, plan_cost());
                outcome.done("price", Did::Found, Some(price.id), what);
            }
            Verdict::Chosen(what) => outcome.done("price", Did::Found, Some(price.id), what),
            Verdict::Wrong(what) => {
                outcome.failed("price", Some(price.id), what, remedy(self.price));
            }
        }
    }

    async fn make(&self, lookup_key: &str, key: &str, outcome: &mut Outcome) {
        let product_id = match self.product(key, outcome).await {
            Ok(product_id) => product_id,
            Err(error) => return outcome.refused("product", &error),
        };
        let what = format!("{lookup_key}, {}", plan_cost());
        let (Some(product_id), false) = (product_id, self.dry_run) else {
            return outcome.done("price", Did::WouldCreate, None, what);
        };
        let unit = monthly();
        let price = NewPrice { product_id: &product_id, lookup_key, unit: &unit };
        match self.stripe.create_price(price, &format!("{key}-price")).await {
            Ok(id) => outcome.done("price", Did::Created, Some(id), what),
            Err(error) => outcome.refused("price", &error),
        }
    }

    /// The `id` of the product, which is created if it doesn't exist.
    async fn product(&self, key: &str, outcome: &mut Outcome) -> GatewayResult<Option<String>> {
        let (did, id) = match self.stripe.marked_product().await? {
            Some(product) => (Did::Found, Some(product.id)),
            None if self.dry_run => (Did::WouldCreate, None),
            None => {
                let key = format!("{key}-product");
                (Did::Created, Some(self.stripe.create_product(NAME, UNIT_LABEL, &key).await?))
            }
        };
        outcome.done("product", did, id.clone(), NAME.to_owned());
        Ok(id)
    }
}
