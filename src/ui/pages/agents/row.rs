use super::place::{Place, PlaceFields};
use super::rename::{self, Rename};
use super::selection;
use super::state::state;
use crate::api::{self, ApiResult};
use crate::model::{
    Agent, AgentId, DeactivatedBy, DeactivationReason, Name, OnTenant, RenameAgent, TenantId,
    Viewer,
};
use crate::ui::choice::choose;
use crate::ui::components::{Button, PostForm, field, use_toasts};
use crate::ui::dates::use_dates;
use crate::ui::mutation::{use_mutation, use_typed};
use crate::ui::visit::{Control, Done};
use crate::ui::words::{fill, use_words};
use dioxus::core::ScopeId;
use dioxus::fullstack::Json;
use dioxus::prelude::*;

/// One agent: selected or not, renamed, on or off. Changes are shown at once, and reverted if they
/// fail.
#[component]
pub fn AgentRow(
    tenant_id: TenantId,
    /// The component that shows all of them.
    list: ScopeId,
    place: Place,
    agent: Agent,
    may_act: bool,
    may_turn_on: bool,
    selected: Signal<Vec<AgentId>>,
    onchange: Callback<Agent>,
) -> Element {
    let (words, dates) = (use_words(), use_dates());
    let control = Control::Agent(agent.id.clone());
    let typed = use_typed(&control);
    // Another search or page takes the row away, and not what is in flight.
    let mutation = use_mutation(control).owned_by(list);
    let toasts = use_toasts();
    let viewer: Viewer = use_context();
    // The list gets the new name only once it is saved: a search must not hide a row in flight.
    let mut renamed = use_signal(|| None::<String>);
    let name = renamed().unwrap_or_else(|| agent.name.clone());
    let answered = move || {
        let mut renamed = renamed;
        if let Ok(mut renamed) = renamed.try_write() {
            *renamed = None;
        }
    };
    let active = agent.active;
    let rename = {
        let (id, tenant_id) = (agent.id.clone(), tenant_id.clone());
        move |event: FormEvent| {
            if mutation.busy() {
                return;
            }
            match Name::try_from(field(&event, rename::FIELD)) {
                Ok(name) => {
                    renamed.set(Some(name.as_str().to_owned()));
                    rename::close(&id);
                    let body = RenameAgent { tenant_id: tenant_id.clone(), name };
                    let request = api::rename_agent(id.clone(), Json(body));
                    let done = move |agent: Agent| {
                        answered();
                        toasts.show(Done::AgentRenamed(agent.name.clone()));
                        onchange.call(agent);
                    };
                    let id = id.clone();
                    mutation.run_or(request, done, move || {
                        answered();
                        rename::reopen(&id);
                    });
                }
                Err(error) => mutation.fail(error.into()),
            }
        }
    };
    let flip = {
        let (agent, tenant_id) = (agent.clone(), tenant_id.clone());
        move |event: MouseEvent| {
            event.prevent_default();
            if mutation.busy() {
                return;
            }
            let before = agent.clone();
            onchange.call(if active { off(&agent, &viewer.name) } else { on(&agent) });
            let request = switch(agent.id.clone(), tenant_id.clone(), !active);
            mutation.run_or(
                request,
                move |agent| onchange.call(agent),
                move || onchange.call(before),
            );
        }
    };
    let (verb, verb_of, to) = if active {
        (words.agents.turn_off, words.agents.turn_off_one, "off")
    } else {
        (words.agents.turn_on, words.agents.turn_on_one, "on")
    };
    let state = state(words, dates, &agent);
    let id = agent.id;
    rsx! {
        li { "data-active": "{active}",
            if may_act {
                Selector { id: id.clone(), name: name.clone(), selected }
            }
            div {
                strong { "{name}" }
                span { class: "state", "data-state": if active { "on" } else { "off" }, "{state}" }
            }
            if may_act {
                PostForm { action: "/agents/{id}/rename", tenant_id, onsubmit: rename,
                    PlaceFields { place }
                    Rename { id: id.clone(), name: name.clone(), typed }
                    Button {
                        r#type: "submit",
                        formaction: "/agents/{id}/{to}",
                        formnovalidate: true,
                        busy: mutation.busy(),
                        disabled: !active && !may_turn_on,
                        aria_label: fill(verb_of, &[&name]),
                        onclick: flip,
                        "{verb}"
                    }
                }
            }
            {mutation.note()}
        }
    }
}

/// The checkbox that selects an agent.
#[component]
fn Selector(id: AgentId, name: String, selected: Signal<Vec<AgentId>>) -> Element {
    let words = use_words();
    let checked = use_memo({
        let id = id.clone();
        move || selected.read().contains(&id)
    });
    rsx! {
        label {
            span { class: "unseen", {fill(words.agents.select_one, &[&name])} }
            input {
                r#type: "checkbox",
                form: selection::FORM,
                name: selection::FIELD,
                value: "{id}",
                checked: checked(),
                onchange: move |event| {
                    selected.with_mut(|selected| choose(selected, &id, event.checked()));
                },
            }
        }
    }
}

async fn switch(id: AgentId, tenant_id: TenantId, on: bool) -> ApiResult<Agent> {
    let body = Json(OnTenant { tenant_id });
    if on { api::activate_agent(id, body).await } else { api::deactivate_agent(id, body).await }
}

/// The agent as it will be once turned on.
fn on(agent: &Agent) -> Agent {
    Agent {
        active: true,
        deactivated_by: None,
        deactivated_at: None,
        deactivated_by_name: None,
        deactivated_reason: None,
        ..agent.clone()
    }
}

/// The agent as it will be once this operator has turned it off; only the server knows when.
fn off(agent: &Agent, operator: &str) -> Agent {
    Agent {
        active: false,
        deactivated_by: Some(DeactivatedBy::Operator),
        deactivated_at: None,
        deactivated_by_name: Some(operator.to_owned()),
        deactivated_reason: Some(DeactivationReason::Operator),
        ..agent.clone()
    }
}
