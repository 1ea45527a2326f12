//! The API's request bodies, and its small responses.

use crate::model::{AgentCount, AgentId, AgentIds, Name, Tenant, TenantId, spelled};
use serde::{Deserialize, Serialize};

/// `POST /api/auth/login`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Login {
    pub email: String,
    pub password: String,
}

/// `POST /api/portal/account/password`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct ChangePassword {
    pub current_password: String,
    pub new_password: String,
}

/// The body of an action that needs only the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct OnTenant {
    pub tenant_id: TenantId,
}

/// `POST /api/portal/billing/checkout`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct StartCheckout {
    pub tenant_id: TenantId,
    pub agent_count: AgentCount,
}

/// Where to send the browser: the Stripe Checkout Session's `url`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct CheckoutUrl {
    pub checkout_url: String,
}

/// `POST /api/portal/billing/confirm`, on return from Checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct ConfirmCheckout {
    pub tenant_id: TenantId,
    /// The Checkout Session's `id`, from the return URL.
    pub session_id: String,
}

/// Whether the Checkout Session has started the tenant's subscription, and the tenant as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Confirmation {
    pub confirmed: bool,
    pub tenant: Tenant,
}

/// Where to send the browser: the Billing Portal Session's `url`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct PortalUrl {
    pub portal_url: String,
}

/// `POST /api/portal/billing/quote`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct AskQuote {
    pub tenant_id: TenantId,
    pub agent_count: AgentCount,
}

/// `POST /api/portal/billing/quantity`. Needs `quote_id`, except in the trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct ChangeQuantity {
    pub tenant_id: TenantId,
    pub agent_count: AgentCount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote_id: Option<String>,
    /// Which agents to turn off, if more are in use than there will be seats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turn_off: Vec<AgentId>,
}

/// `POST /api/portal/billing/cancel`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Cancel {
    pub tenant_id: TenantId,
    #[serde(default)]
    pub at: CancelAt,
}

spelled! {
    /// When a cancellation takes effect.
    #[derive(Default)]
    CancelAt, "at" {
        #[default]
        PeriodEnd = "period_end",
        Now = "now",
    }
}

/// `POST /api/portal/agents`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct CreateAgent {
    pub tenant_id: TenantId,
    pub name: Name,
}

/// `POST /api/portal/agents/{id}/rename`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct RenameAgent {
    pub tenant_id: TenantId,
    pub name: Name,
}

/// `POST /api/portal/agents/activate` and `/deactivate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct SwitchAgents {
    pub tenant_id: TenantId,
    pub agent_ids: AgentIds,
}

/// Success, with nothing more to say: `{}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Empty {}
