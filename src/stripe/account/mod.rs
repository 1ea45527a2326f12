//! What an account is set up with before anything is sold: the plan's product and price, the Billing
//! Portal's configuration, the webhook endpoint. Only the command line asks for it, so it is no part
//! of the gateway.

mod catalogue;
mod dunning;
mod form;
mod portal;
mod webhooks;

pub use catalogue::{AccountPrice, AccountProduct, NewPrice, Recurring};
pub use dunning::AfterLastRetry;
pub use portal::PortalConfiguration;
pub use webhooks::WebhookEndpoint;

use crate::stripe::client::Stripe;
use crate::stripe::wire::{List, Object};
use crate::stripe::{GatewayError, GatewayResult};
use std::collections::HashMap;
use stripe_product::price::ListPrice;

/// The Stripe API version that this program speaks.
pub fn api_version() -> &'static str {
    static VERSION: stripe_shared::ApiVersion = stripe_shared::version::VERSION;
    VERSION.as_str()
}

/// The `metadata` by which what this program made is found again.
const MARK: (&str, &str) = ("made_by", "portal");

/// An object's `metadata`.
type Metadata = HashMap<String, String>;

/// Whether this program made what has this metadata.
fn is_ours(metadata: &Option<Metadata>) -> bool {
    let mark = metadata.as_ref().and_then(|metadata| metadata.get(MARK.0));
    mark.is_some_and(|mark| mark == MARK.1)
}

fn mark() -> Metadata {
    HashMap::from([(MARK.0.to_owned(), MARK.1.to_owned())])
}

impl Stripe {
    /// Asks for what every key of this program may read: a price.
    ///
    /// # Errors
    /// [`GatewayError::KeyRefused`] for a key that Stripe doesn't know, or that may not.
    pub async fn try_key(&self) -> GatewayResult<()> {
        self.without_key::<List<Object>>(&ListPrice::new().limit(1)).await.map(|_| ())
    }
}

/// `None` for what Stripe says it doesn't have.
fn unless_missing<T>(answer: GatewayResult<T>) -> GatewayResult<Option<T>> {
    match answer {
        Err(GatewayError::Missing { .. }) => Ok(None),
        answer => answer.map(Some),
    }
}
