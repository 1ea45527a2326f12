//! What the billing page is made from, in one load.

use crate::api::{self, ApiResult};
use crate::model::{Agent, AgentCount, AskQuote, ConfirmCheckout, Quote, Tenant, TenantId};
use dioxus::fullstack::Json;
use serde::{Deserialize, Serialize};

/// The tenant, the outcome of the Checkout that the operator returns from, and the quote that the
/// address asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Loaded {
    pub tenant: Tenant,
    pub checkout: Option<Checkout>,
    pub asked: Option<Asked>,
}

/// The outcome of a Checkout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Checkout {
    Confirmed,
    /// Stripe hasn't seen the payment yet, or can't be reached.
    Pending,
    /// It can't be confirmed.
    Failed,
}

/// The quote for another number of seats, and the agents to choose from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub count: AgentCount,
    pub quote: ApiResult<Quote>,
    /// The agents in use, if there are more than that.
    pub in_use: Vec<Agent>,
}

/// Loads the tenant; with a session, confirms it first, so that the first page is already right; with a
/// number of seats that can be quoted, adds its quote.
pub async fn load(
    tenant_id: TenantId,
    session_id: Option<String>,
    seats: Option<AgentCount>,
) -> ApiResult<Loaded> {
    let confirmed = match session_id {
        Some(session_id) => Some(confirm(tenant_id.clone(), session_id).await),
        None => None,
    };
    let mut loaded = match confirmed {
        Some(Ok(loaded)) => loaded,
        Some(Err(error)) if error.status >= 500 => {
            fresh(tenant_id, Some(Checkout::Pending)).await?
        }
        Some(Err(_)) => fresh(tenant_id, Some(Checkout::Failed)).await?,
        None => fresh(tenant_id, None).await?,
    };
    if let Some(count) = seats {
        loaded.asked = ask_for(&loaded.tenant, count).await;
    }
    Ok(loaded)
}

/// Asks whether the Checkout is complete.
pub async fn confirm(tenant_id: TenantId, session_id: String) -> ApiResult<Loaded> {
    let body = ConfirmCheckout { tenant_id, session_id };
    let answer = api::confirm_checkout(Json(body)).await?;
    let checkout = if answer.confirmed { Checkout::Confirmed } else { Checkout::Pending };
    Ok(Loaded { tenant: answer.tenant, checkout: Some(checkout), asked: None })
}

/// The tenant's active agents, oldest first.
pub async fn in_use(tenant_id: TenantId) -> ApiResult<Vec<Agent>> {
    let list = api::agents(tenant_id).await?;
    Ok(list.agents.into_iter().filter(|agent| agent.active).collect())
}

async fn fresh(tenant_id: TenantId, checkout: Option<Checkout>) -> ApiResult<Loaded> {
    let tenant = api::tenant(tenant_id).await?;
    Ok(Loaded { tenant, checkout, asked: None })
}

async fn ask_for(tenant: &Tenant, count: AgentCount) -> Option<Asked> {
    if !tenant.policy().access.allows_agents() || count.get() == tenant.agent_quota {
        return None;
    }
    let body = AskQuote { tenant_id: tenant.id.clone(), agent_count: count };
    let quote = api::quote(Json(body)).await;
    let in_use = if tenant.agents_active > count.get() {
        in_use(tenant.id.clone()).await.unwrap_or_default()
    } else {
        Vec::new()
    };
    Some(Asked { count, quote, in_use })
}
