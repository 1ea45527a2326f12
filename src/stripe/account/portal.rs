//! Billing Portal Configurations.

use super::form::{Change, Page, Retrieve};
use super::{Metadata, is_ours, mark, unless_missing};
use crate::stripe::GatewayResult;
use crate::stripe::client::Stripe;
use crate::stripe::wire::Object;
use miniserde::Deserialize;
use serde::Serialize;

const PATH: &str = "/billing_portal/configurations";

/// A Stripe Billing Portal Configuration.
#[derive(Debug, Clone, Deserialize)]
pub struct PortalConfiguration {
    pub id: String,
    pub active: bool,
    pub is_default: bool,
    features: WireFeatures,
    metadata: Option<Metadata>,
}

#[derive(Debug, Clone, Deserialize)]
struct WireFeatures {
    customer_update: WireCustomerUpdate,
    invoice_history: Switch,
    payment_method_update: Switch,
    subscription_cancel: WireCancel,
    subscription_update: WireUpdate,
}

#[derive(Debug, Clone, Deserialize)]
struct Switch {
    enabled: bool,
}

#[derive(Debug, Clone, Deserialize)]
struct WireCustomerUpdate {
    allowed_updates: Vec<String>,
    enabled: bool,
}

#[derive(Debug, Clone, Deserialize)]
struct WireCancel {
    enabled: bool,
    mode: String,
    cancellation_reason: Switch,
}

#[derive(Debug, Clone, Deserialize)]
struct WireUpdate {
    enabled: bool,
    default_allowed_updates: Vec<String>,
}

impl PortalConfiguration {
    /// How it differs from what this product wants.
    pub fn differences(&self) -> Vec<&'static str> {
        let WireFeatures { customer_update, subscription_cancel: cancel, .. } = &self.features;
        let may_update = |what: &str| {
            customer_update.enabled && customer_update.allowed_updates.iter().any(|one| one == what)
        };
        let wanted = [
            (self.active, "it is not active"),
            (!self.features.subscription_update.enabled, "customers can change their plan there"),
            (self.features.invoice_history.enabled, "invoices are not shown"),
            (self.features.payment_method_update.enabled, "cards can't be changed"),
            (may_update("email") && may_update("address"), "email and address can't be changed"),
            (
                cancel.enabled && cancel.mode == "at_period_end",
                "customers can't cancel at the period's end",
            ),
            (cancel.cancellation_reason.enabled, "cancelling asks for no reason"),
        ];
        wanted.into_iter().filter(|(is_so, _)| !is_so).map(|(_, difference)| difference).collect()
    }

    /// Whether customers can change a subscription's quantity there.
    pub fn allows_quantities(&self) -> bool {
        let update = &self.features.subscription_update;
        update.enabled && update.default_allowed_updates.iter().any(|what| what == "quantity")
    }
}

#[derive(Serialize)]
struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    active: Option<bool>,
    features: Features,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
}

#[derive(Serialize)]
struct Features {
    invoice_history: Enabled,
    payment_method_update: Enabled,
    customer_update: CustomerUpdate,
    subscription_cancel: Cancel,
    subscription_update: Enabled,
}

#[derive(Serialize)]
struct Enabled {
    enabled: bool,
}

#[derive(Serialize)]
struct CustomerUpdate {
    enabled: bool,
    allowed_updates: [&'static str; 2],
}

#[derive(Serialize)]
struct Cancel {
    enabled: bool,
    mode: &'static str,
    cancellation_reason: Reasons,
}

#[derive(Serialize)]
struct Reasons {
    enabled: bool,
    options: [&'static str; 8],
}

/// What this product wants: everything except changing quantities and prices, which are quoted first.
const WANTED: Features = Features {
    invoice_history: Enabled { enabled: true },
    payment_method_update: Enabled { enabled: true },
    customer_update: CustomerUpdate { enabled: true, allowed_updates: ["email", "address"] },
    subscription_cancel: Cancel {
        enabled: true,
        mode: "at_period_end",
        cancellation_reason: Reasons {
            enabled: true,
            options: [
                "too_expensive",
                "missing_features",
                "switched_service",
                "unused",
                "customer_service",
                "too_complex",
                "low_quality",
                "other",
            ],
        },
    },
    subscription_update: Enabled { enabled: false },
};

impl Stripe {
    /// The Configuration with this id.
    pub async fn portal_configuration(
        &self,
        id: &str,
    ) -> GatewayResult<Option<PortalConfiguration>> {
        unless_missing(self.without_key(&Retrieve { path: format!("{PATH}/{id}") }).await)
    }

    /// The account's default configuration.
    pub async fn default_portal_configuration(&self) -> GatewayResult<Option<PortalConfiguration>> {
        Ok(self.portal_configurations().await?.into_iter().find(|one| one.is_default))
    }

    /// The Configuration that this program created.
    pub async fn marked_portal_configuration(&self) -> GatewayResult<Option<PortalConfiguration>> {
        Ok(self.portal_configurations().await?.into_iter().find(|one| is_ours(&one.metadata)))
    }

    async fn portal_configurations(&self) -> GatewayResult<Vec<PortalConfiguration>> {
        self.read_all(Page::first(PATH), Page::after, |one: &PortalConfiguration| &one.id).await
    }

    /// Creates a Configuration with the features that this product wants, and returns its `id`.
    pub async fn create_portal_configuration(&self, key: &str) -> GatewayResult<String> {
        let form = Settings { active: None, features: WANTED, metadata: Some(mark()) };
        let request = Change { path: PATH.to_owned(), form };
        Ok(self.with_key::<Object>(&request, key).await?.id)
    }

    /// Gives an existing configuration those features, and makes it active.
    pub async fn mend_portal_configuration(&self, id: &str, key: &str) -> GatewayResult<()> {
        let form = Settings { active: Some(true), features: WANTED, metadata: None };
        let request = Change { path: format!("{PATH}/{id}"), form };
        self.with_key::<Object>(&request, key).await.map(|_| ())
    }
}
