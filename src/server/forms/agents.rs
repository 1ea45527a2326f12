//! The forms of the agents page.

use super::{Next, Sent};
use crate::api::{self, ApiError};
use crate::model::{Agent, AgentId, AgentName, CreateAgent, OnTenant, TenantId};
use crate::ui::Route;
use crate::ui::visit::{Control, Done};
use dioxus::fullstack::{Json, StatusCode};
use dioxus::server::axum::extract::Path;
use dioxus::server::axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// What is typed in to hire an agent: any text, so that one that can't be a name comes back.
#[derive(Deserialize)]
pub struct Named {
    tenant_id: TenantId,
    #[serde(default)]
    name: String,
}

/// `POST /agents/create`.
pub async fn create(form: Sent<Named>) -> Response {
    let page = |form: Option<&Named>| page(form.map(|form| &form.tenant_id));
    let call = async |form: Named| {
        let name = read_name(form.name)?;
        api::create_agent(Json(CreateAgent { tenant_id: form.tenant_id, name })).await
    };
    let next = |page, agent: Agent| Next::Page(page, Done::AgentCreated(agent.name));
    form.answer(Control::CreateAgent, page, |form| Some(form.name.clone()), call, next).await
}

/// `POST /agents/{id}/on` and `POST /agents/{id}/off`.
pub async fn switch(Path((id, to)): Path<(String, String)>, form: Sent<OnTenant>) -> Response {
    let (Ok(id), "on" | "off") = (id.parse::<AgentId>(), to.as_str()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let on = to == "on";
    let page = |form: Option<&OnTenant>| page(form.map(|form| &form.tenant_id));
    let control = Control::Agent(id.clone());
    let call = async |form| match on {
        true => api::activate_agent(id, Json(form)).await,
        false => api::deactivate_agent(id, Json(form)).await,
    };
    let done = if on { Done::AgentsOn(1) } else { Done::AgentsOff(1) };
    form.answer(control, page, |_| None, call, |page, _| Next::Page(page, done)).await
}

fn page(tenant_id: Option<&TenantId>) -> Route {
    Route::agents(tenant_id.map(TenantId::to_string))
}

/// A name as typed.
pub fn read_name(text: String) -> Result<AgentName, ApiError> {
    AgentName::try_from(text).map_err(|error| {
        ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_name", error.to_string())
    })
}
