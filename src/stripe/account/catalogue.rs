//! Products and prices.

use super::{Metadata, is_ours, mark, unless_missing};
use crate::model::Money;
use crate::stripe::client::{PAGE, Stripe};
use crate::stripe::wire::{List, Object};
use crate::stripe::{GatewayResult, PriceRef};
use miniserde::Deserialize;
use stripe_product::price::{
    CreatePrice, CreatePriceRecurring, CreatePriceRecurringInterval, ListPrice, RetrievePrice,
};
use stripe_product::product::{CreateProduct, ListProduct};
use stripe_shared::PriceTaxBehavior;
use stripe_types::Currency;

/// A Stripe Price with its Product, on sale or not.
#[derive(Debug, Clone, Deserialize)]
pub struct AccountPrice {
    pub id: String,
    pub active: bool,
    /// In minor units; `None` for a tiered price.
    pub unit_amount: Option<i64>,
    pub currency: String,
    pub recurring: Option<Recurring>,
    /// `exclusive`, `inclusive` or `unspecified`.
    pub tax_behavior: Option<String>,
    pub product: AccountProduct,
}

impl AccountPrice {
    /// Whether tax comes on top of it.
    pub fn is_without_tax(&self) -> bool {
        self.tax_behavior.as_deref() == Some("exclusive")
    }
}

/// A Price's `recurring`.
#[derive(Debug, Clone, Deserialize)]
pub struct Recurring {
    pub interval: String,
    pub interval_count: i64,
    pub usage_type: String,
}

/// A Stripe Product.
#[derive(Debug, Clone, Deserialize)]
pub struct AccountProduct {
    pub id: String,
    pub name: Option<String>,
    pub active: Option<bool>,
    metadata: Option<Metadata>,
}

/// A Price to create: `unit` per unit and month, excluding tax.
#[derive(Debug, Clone, Copy)]
pub struct NewPrice<'a> {
    pub product_id: &'a str,
    pub lookup_key: &'a str,
    pub unit: &'a Money,
}

impl Stripe {
    /// The Price that `price` names, active or not.
    pub async fn account_price(&self, price: &PriceRef) -> GatewayResult<Option<AccountPrice>> {
        match price {
            PriceRef::Id(id) => {
                let request = RetrievePrice::new(id.as_str()).expand(["product".to_owned()]);
                unless_missing(self.without_key(&request).await)
            }
            PriceRef::LookupKey(key) => {
                let request = ListPrice::new()
                    .lookup_keys([key.to_owned()])
                    .expand(["data.product".to_owned()])
                    .limit(PAGE);
                let found: List<AccountPrice> = self.without_key(&request).await?;
                Ok(found.data.into_iter().max_by_key(|price| price.active))
            }
        }
    }

    /// The active Product that this program created.
    pub async fn marked_product(&self) -> GatewayResult<Option<AccountProduct>> {
        let list = ListProduct::new().active(true).limit(PAGE);
        let after = |list: ListProduct, id: &str| list.starting_after(id);
        let all = self.read_all(list, after, |one: &AccountProduct| &one.id).await?;
        Ok(all.into_iter().find(|product| is_ours(&product.metadata)))
    }

    /// Creates a Product and returns its `id`.
    pub async fn create_product(
        &self,
        name: &str,
        unit_label: &str,
        key: &str,
    ) -> GatewayResult<String> {
        let request = CreateProduct::new(name).unit_label(unit_label).metadata(mark());
        Ok(self.with_key::<Object>(&request, key).await?.id)
    }

    /// Creates a Price and returns its `id`.
    pub async fn create_price(&self, price: NewPrice<'_>, key: &str) -> GatewayResult<String> {
        let Ok(currency) = price.unit.currency.parse::<Currency>();
        let request = CreatePrice::new(currency)
            .product(price.product_id)
            .unit_amount(price.unit.amount)
            .lookup_key(price.lookup_key)
            .recurring(CreatePriceRecurring::new(CreatePriceRecurringInterval::Month))
            .tax_behavior(PriceTaxBehavior::Exclusive)
            .metadata(mark());
        Ok(self.with_key::<Object>(&request, key).await?.id)
    }
}
