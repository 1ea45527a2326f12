//! What the billing page is made from, in one load.

use crate::api::{self, ApiResult};
use crate::model::{ConfirmCheckout, Tenant, TenantId};
use dioxus::fullstack::Json;
use serde::{Deserialize, Serialize};

/// The tenant, and how the Checkout ended that the operator comes back from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Loaded {
    pub tenant: Tenant,
    pub checkout: Option<Checkout>,
}

/// The Checkout that the operator comes back from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Checkout {
    Confirmed,
    /// Stripe hasn't seen the payment yet.
    Pending,
    /// It can't be confirmed, and this is why.
    Failed(String),
}

/// Loads the tenant; with a session, confirms it first, so that the first page is already right.
pub async fn load(tenant_id: TenantId, session_id: Option<String>) -> ApiResult<Loaded> {
    let Some(session_id) = session_id else {
        return fresh(tenant_id, None).await;
    };
    match confirm(tenant_id.clone(), session_id).await {
        Ok(loaded) => Ok(loaded),
        Err(error) => fresh(tenant_id, Some(Checkout::Failed(error.message))).await,
    }
}

/// Asks whether the Checkout is paid for.
pub async fn confirm(tenant_id: TenantId, session_id: String) -> ApiResult<Loaded> {
    let body = ConfirmCheckout { tenant_id, session_id };
    let answer = api::confirm_checkout(Json(body)).await?;
    let checkout = if answer.confirmed { Checkout::Confirmed } else { Checkout::Pending };
    Ok(Loaded { tenant: answer.tenant, checkout: Some(checkout) })
}

async fn fresh(tenant_id: TenantId, checkout: Option<Checkout>) -> ApiResult<Loaded> {
    let tenant = api::tenant(tenant_id).await?;
    Ok(Loaded { tenant, checkout })
}
