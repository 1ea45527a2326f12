//! The forms of the agents page.

use super::{Next, Sent};
use crate::api::{self, ApiResult};
use crate::model::{
    Agent, AgentId, AgentIds, CreateAgent, Name, OnTenant, RenameAgent, SwitchAgents, TenantId,
};
use crate::ui::Route;
use crate::ui::choice::ticked_text;
use crate::ui::visit::{Control, Done};
use dioxus::fullstack::{Json, StatusCode};
use dioxus::server::axum::extract::Path;
use dioxus::server::axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// What the page's forms send: always the tenant, the search and the page of its results, so that the
/// page comes back as it was; plus a name, as any text so that an invalid one comes back too, or the
/// selected agents.
#[derive(Deserialize)]
pub struct Fields {
    tenant_id: TenantId,
    search: Option<String>,
    page: Option<u32>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    agent_ids: Vec<AgentId>,
}

/// `POST /agents/create`.
pub async fn create(form: Sent<Fields>) -> Response {
    // An earlier search must not hide a new agent.
    let page = |tenant_id, _: Option<&Fields>| Route::agents(tenant_id);
    let call = async |form: Fields| {
        let body = CreateAgent { name: Name::try_from(form.name)?, tenant_id: form.tenant_id };
        api::create_agent(Json(body)).await
    };
    let next = |page, agent: Agent| Next::Page(page, Done::AgentCreated(agent.name));
    form.typed(name).answer(Control::CreateAgent, page, call, next).await
}

/// `POST /agents/{id}/rename`.
pub async fn rename(Path(id): Path<String>, form: Sent<Fields>) -> Response {
    let Ok(id) = id.parse::<AgentId>() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let control = Control::Agent(id.clone());
    let call = async |form: Fields| {
        let body = RenameAgent { name: Name::try_from(form.name)?, tenant_id: form.tenant_id };
        api::rename_agent(id, Json(body)).await
    };
    let next = |page, agent: Agent| Next::Page(page, Done::AgentRenamed(agent.name));
    form.typed(name).answer(control, page, call, next).await
}

/// `POST /agents/{id}/on`.
pub async fn turn_on(Path(id): Path<String>, form: Sent<Fields>) -> Response {
    switch(id, form, async |id, body| api::activate_agent(id, body).await, Done::AgentsOn(1)).await
}

/// `POST /agents/{id}/off`.
pub async fn turn_off(Path(id): Path<String>, form: Sent<Fields>) -> Response {
    switch(id, form, async |id, body| api::deactivate_agent(id, body).await, Done::AgentsOff(1))
        .await
}

/// `POST /agents/on`.
pub async fn turn_selected_on(form: Sent<Fields>) -> Response {
    switch_selected(form, async |body| api::activate_agents(body).await, Done::AgentsOn).await
}

/// `POST /agents/off`.
pub async fn turn_selected_off(form: Sent<Fields>) -> Response {
    switch_selected(form, async |body| api::deactivate_agents(body).await, Done::AgentsOff).await
}

async fn switch(
    id: String,
    form: Sent<Fields>,
    call: impl AsyncFnOnce(AgentId, Json<OnTenant>) -> ApiResult<Agent>,
    done: Done,
) -> Response {
    let Ok(id) = id.parse::<AgentId>() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let control = Control::Agent(id.clone());
    let call = async |form: Fields| call(id, Json(OnTenant { tenant_id: form.tenant_id })).await;
    form.answer(control, page, call, |page, _| Next::Page(page, done)).await
}

async fn switch_selected<A>(
    form: Sent<Fields>,
    call: impl AsyncFnOnce(Json<SwitchAgents>) -> ApiResult<A>,
    done: impl FnOnce(u32) -> Done,
) -> Response {
    let call = async |form: Fields| {
        let agent_ids = AgentIds::try_from(form.agent_ids)?;
        let count = u32::try_from(agent_ids.as_slice().len()).unwrap_or(u32::MAX);
        call(Json(SwitchAgents { tenant_id: form.tenant_id, agent_ids })).await?;
        Ok(count)
    };
    let next = |page, count| Next::Page(page, done(count));
    let ticked = |form: &Fields| ticked_text(&form.agent_ids);
    form.typed(ticked).answer(Control::Agents, page, call, next).await
}

fn page(tenant_id: Option<String>, form: Option<&Fields>) -> Route {
    Route::Agents {
        tenant_id,
        search: form.and_then(|form| form.search.clone()),
        page: form.and_then(|form| form.page),
    }
}

fn name(form: &Fields) -> String {
    form.name.clone()
}
