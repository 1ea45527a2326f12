use super::state_of;
use crate::api::{self, ApiResult};
use crate::model::{Agent, AgentId, OnTenant, TenantId};
use crate::ui::components::Button;
use crate::ui::mutation::{MutationError, use_mutation};
use dioxus::fullstack::Json;
use dioxus::prelude::*;

/// One agent, and the switch that turns it on or off.
#[component]
pub fn AgentRow(
    tenant_id: TenantId,
    agent: Agent,
    may_act: bool,
    onchange: Callback<Agent>,
) -> Element {
    let mutation = use_mutation();
    let active = agent.active;
    let verb = if active { "Turn off" } else { "Turn on" };
    let state = state_of(&agent);
    let name = agent.name;
    let id = agent.id;
    rsx! {
        li { "data-active": "{active}",
            div {
                strong { "{name}" }
                span { class: "state", "data-state": if active { "on" } else { "off" }, "{state}" }
            }
            Button {
                busy: mutation.busy(),
                disabled: !may_act,
                aria_label: "{verb} {name}",
                onclick: move |_| {
                    let request = switch(id.clone(), tenant_id.clone(), !active);
                    mutation.run(request, move |agent| onchange.call(agent));
                },
                "{verb}"
            }
            MutationError { mutation }
        }
    }
}

async fn switch(id: AgentId, tenant_id: TenantId, on: bool) -> ApiResult<Agent> {
    let body = Json(OnTenant { tenant_id });
    if on { api::activate_agent(id, body).await } else { api::deactivate_agent(id, body).await }
}
