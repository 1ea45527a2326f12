//! Webhook endpoints.

use super::form::{Change, Page};
use super::{Metadata, api_version, mark};
use crate::stripe::GatewayResult;
use crate::stripe::client::Stripe;
use crate::stripe::wire::Object;
use miniserde::Deserialize;
use serde::Serialize;

const PATH: &str = "/webhook_endpoints";

/// A Stripe Webhook Endpoint.
#[derive(Debug, Clone, Deserialize)]
pub struct WebhookEndpoint {
    pub id: String,
    pub url: String,
    /// "enabled" or "disabled".
    status: String,
    /// `None` follows the account's default version.
    pub api_version: Option<String>,
    /// Types of events, or "*" for all.
    pub enabled_events: Vec<String>,
}

impl WebhookEndpoint {
    pub fn is_enabled(&self) -> bool {
        self.status == "enabled"
    }

    /// Whether it sends events in this program's API version.
    pub fn speaks_our_version(&self) -> bool {
        self.api_version.as_deref() == Some(api_version())
    }
}

#[derive(Serialize)]
struct New<'a> {
    url: &'a str,
    api_version: &'a str,
    enabled_events: &'a [&'a str],
    description: &'a str,
    metadata: Metadata,
}

#[derive(Serialize)]
struct Mended<'a> {
    disabled: bool,
    enabled_events: &'a [&'a str],
}

#[derive(Deserialize)]
struct Created {
    id: String,
    secret: String,
}

impl Stripe {
    /// The account's endpoints, newest first.
    pub async fn webhook_endpoints(&self) -> GatewayResult<Vec<WebhookEndpoint>> {
        self.read_all(Page::first(PATH), Page::after, |one: &WebhookEndpoint| &one.id).await
    }

    /// Creates an endpoint with this program's API version. Returns its `id`, and the signing secret,
    /// which Stripe reveals only once.
    pub async fn create_webhook_endpoint(
        &self,
        url: &str,
        events: &[&str],
        key: &str,
    ) -> GatewayResult<(String, String)> {
        let form = New {
            url,
            api_version: api_version(),
            enabled_events: events,
            description: "The billing portal",
            metadata: mark(),
        };
        let request = Change { path: PATH.to_owned(), form };
        let created: Created = self.with_key(&request, key).await?;
        Ok((created.id, created.secret))
    }

    /// Enables an endpoint for these events and no others.
    pub async fn mend_webhook_endpoint(
        &self,
        id: &str,
        events: &[&str],
        key: &str,
    ) -> GatewayResult<()> {
        let form = Mended { disabled: false, enabled_events: events };
        let request = Change { path: format!("{PATH}/{id}"), form };
        self.with_key::<Object>(&request, key).await.map(|_| ())
    }
}
