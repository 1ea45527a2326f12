use crate::api::{self, ApiResult};
use crate::model::{Agent, AgentId, DeactivatedBy, OnTenant, TenantId};
use crate::ui::components::Button;
use crate::ui::mutation::{MutationError, use_mutation};
use crate::ui::visit::Control;
use crate::ui::words::{Words, fill, use_words};
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
    let words = use_words();
    let mutation = use_mutation(Control::Agent(agent.id.clone()));
    let active = agent.active;
    let (verb, verb_of) = if active {
        (words.agents.turn_off, words.agents.turn_off_one)
    } else {
        (words.agents.turn_on, words.agents.turn_on_one)
    };
    let state = state_of(words, &agent);
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
                aria_label: fill(verb_of, &[&name]),
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

/// An agent's state in words, with who turned it off.
fn state_of(words: &Words, agent: &Agent) -> &'static str {
    match (agent.active, agent.deactivated_by) {
        (true, _) => words.agents.working,
        (false, Some(DeactivatedBy::Billing)) => words.agents.off_by_billing,
        (false, Some(DeactivatedBy::Operator) | None) => words.agents.off,
    }
}
