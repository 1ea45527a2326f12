//! Who is signed in, and what they may do.

use crate::model::{OperatorId, TenantId, spelled};
use serde::{Deserialize, Serialize};

spelled! {
    /// An operator's role in a tenant; one that may do more is greater.
    #[derive(PartialOrd, Ord)]
    Role, "role" {
        /// May only look.
        Member = "member",
        Admin = "admin",
        Owner = "owner",
    }
}

impl Role {
    /// Whether this role may change billing and agents.
    pub fn may_act(self) -> bool {
        match self {
            Self::Owner | Self::Admin => true,
            Self::Member => false,
        }
    }
}

/// The signed-in operator and their tenants: what the frame around every page shows. A platform
/// administrator's include the tenant that they are looking at, as a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Viewer {
    pub id: OperatorId,
    pub email: String,
    pub name: String,
    /// By name; empty if the operator has lost their last tenant.
    pub tenants: Vec<Membership>,
    /// Whether they may look at all tenants.
    pub platform_admin: bool,
    /// The sandbox's control page, if the portal runs against its own Stripe sandbox.
    pub sandbox_url: Option<String>,
}

/// One of the operator's tenants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Membership {
    pub tenant_id: TenantId,
    pub tenant_name: String,
    pub role: Role,
    /// Grows with every change that a page of the tenant shows; sent by the feed of its changes.
    pub revision: i64,
}
