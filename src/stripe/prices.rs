//! Reading the price on sale.

use crate::stripe::client::Stripe;
use crate::stripe::wire::{List, WirePrice};
use crate::stripe::{GatewayError, GatewayResult, Price, PriceRef};
use stripe_product::price::{ListPrice, RetrievePrice};

pub async fn price(stripe: &Stripe, price: &PriceRef) -> GatewayResult<Price> {
    match price {
        PriceRef::Id(id) => {
            let request = RetrievePrice::new(id.as_str()).expand(["product".to_owned()]);
            stripe.without_key::<WirePrice>(&request).await?.into_price()
        }
        PriceRef::LookupKey(key) => of_lookup_key(stripe, key).await,
    }
}

async fn of_lookup_key(stripe: &Stripe, key: &str) -> GatewayResult<Price> {
    let request = ListPrice::new()
        .lookup_keys([key.to_owned()])
        .active(true)
        .expand(["data.product".to_owned()])
        .limit(1);
    let found: List<WirePrice> = stripe.without_key(&request).await?;
    match found.data.into_iter().next() {
        Some(price) => price.into_price(),
        None => Err(GatewayError::Missing {
            param: "price".to_owned(),
            message: format!("Stripe has no active price with the lookup key '{key}'"),
        }),
    }
}
