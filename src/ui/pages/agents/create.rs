use crate::api;
use crate::model::{Agent, AgentName, CreateAgent, TenantId};
use crate::ui::components::{Button, ButtonKind, ErrorNote, use_toasts};
use crate::ui::mutation::{MutationError, use_mutation};
use dioxus::fullstack::Json;
use dioxus::prelude::*;

/// Hires an agent by name.
#[component]
pub fn CreateForm(tenant_id: TenantId, enabled: bool, onchange: Callback<Agent>) -> Element {
    let mutation = use_mutation();
    let toasts = use_toasts();
    let mut text = use_signal(String::new);
    let mut problem = use_signal(|| None::<String>);
    let create = move |event: FormEvent| {
        event.prevent_default();
        match AgentName::try_from(text()) {
            Ok(name) => {
                let body = CreateAgent { tenant_id: tenant_id.clone(), name };
                mutation.run(api::create_agent(Json(body)), move |agent| {
                    toasts.show(format!("{} is ready to work.", agent.name));
                    text.set(String::new());
                    onchange.call(agent);
                });
            }
            Err(error) => problem.set(Some(error.to_string())),
        }
    };
    rsx! {
        form { class: "create", onsubmit: create,
            div { class: "field",
                label { r#for: "agent-name", "Name" }
                input {
                    id: "agent-name",
                    name: "name",
                    required: true,
                    maxlength: "80",
                    autocomplete: "off",
                    placeholder: "Ada, invoices",
                    disabled: !enabled,
                    value: "{text}",
                    oninput: move |event| {
                        mutation.clear();
                        problem.set(None);
                        text.set(event.value());
                    },
                }
            }
            Button {
                kind: ButtonKind::Primary,
                r#type: "submit",
                busy: mutation.busy(),
                disabled: !enabled,
                "Create agent"
            }
            if let Some(message) = problem() {
                ErrorNote { message }
            }
            MutationError { mutation }
        }
    }
}
