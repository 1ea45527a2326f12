//! What is on sale.

use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::Plan;
use crate::stripe::GatewayError;

impl Billing {
    /// Reads the price from Stripe and stores it for the pages.
    pub async fn refresh_plan(&self) -> BillingResult<Plan> {
        let named = &self.settings.price;
        let price = self.stripe.price(named).await?;
        let (plan, now) = (&price.plan, self.clock.now());
        self.db.keep_price(named.as_str(), plan, price.livemode, now).await?;
        Ok(price.plan)
    }

    /// The price on sale, from Stripe, so that nobody is sold an old one; the last known one while
    /// Stripe is down.
    pub(super) async fn plan(&self) -> BillingResult<Plan> {
        match self.refresh_plan().await {
            Err(BillingError::Stripe(
                away @ (GatewayError::Unavailable(_) | GatewayError::Failed(_)),
            )) => {
                let known = self.db.price(self.settings.price.as_str()).await?;
                known.ok_or(BillingError::Stripe(away))
            }
            answer => answer,
        }
    }
}
