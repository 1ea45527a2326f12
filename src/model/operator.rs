//! Who is signed in, and what they may do.

use crate::model::{OperatorId, TenantId, spelled};
use serde::{Deserialize, Serialize};

spelled! {
    /// What an operator may do in a tenant; whoever may do more is greater.
    #[derive(PartialOrd, Ord)]
    Role, "role" {
        /// Looks only.
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
/// administrator has the tenant that they look at among them, and looks like a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Viewer {
    pub id: OperatorId,
    pub email: String,
    pub name: String,
    /// By name; never empty in practice, but an operator may have lost their last tenant.
    pub tenants: Vec<Membership>,
    /// Whether they may look at all tenants.
    pub platform_admin: bool,
    /// The sandbox's control page, where the portal runs against its own Stripe sandbox.
    pub sandbox_url: Option<String>,
}

/// One of the operator's tenants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Membership {
    pub tenant_id: TenantId,
    pub tenant_name: String,
    pub role: Role,
    /// Grows with every change that a page of the tenant shows: what the feed of its changes tells.
    pub revision: i64,
}
