use crate::api;
use crate::model::{Agent, CreateAgent, Name, TenantId};
use crate::ui::browser;
use crate::ui::components::{Button, ButtonKind, PostForm, field, use_toasts};
use crate::ui::mutation::{use_mutation, use_typed};
use crate::ui::visit::{Control, Done};
use crate::ui::words::use_words;
use dioxus::fullstack::Json;
use dioxus::prelude::*;

/// The `id` of the name's field.
const NAME: &str = "agent-name";

/// Hires an agent by name.
#[component]
pub fn CreateForm(tenant_id: TenantId, enabled: bool, onhired: Callback<Agent>) -> Element {
    let words = use_words();
    let mutation = use_mutation(Control::CreateAgent);
    let toasts = use_toasts();
    let typed = use_typed(&Control::CreateAgent);
    let mut text = use_signal(|| typed.unwrap_or_default());
    let create = {
        let tenant_id = tenant_id.clone();
        move |event: FormEvent| {
            let sent = field(&event, "name");
            text.set(sent.clone());
            match Name::try_from(sent.clone()) {
                Ok(name) => {
                    let body = CreateAgent { tenant_id: tenant_id.clone(), name };
                    mutation.run(api::create_agent(Json(body)), move |agent| {
                        toasts.show(Done::AgentCreated(agent.name.clone()));
                        // The next name may have been typed.
                        if *text.peek() == sent {
                            text.set(String::new());
                        }
                        browser::focus(NAME);
                        onhired.call(agent);
                    });
                }
                Err(error) => mutation.fail(error.into()),
            }
        }
    };
    rsx! {
        PostForm { class: "create", action: "/agents/create", tenant_id, onsubmit: create,
            div { class: "field",
                label { r#for: NAME, {words.agents.name} }
                input {
                    id: NAME,
                    name: "name",
                    required: true,
                    maxlength: Name::LONGEST,
                    autocomplete: "off",
                    placeholder: words.agents.placeholder,
                    // A disabled field loses the focus, such as when it has just taken the last seat.
                    readonly: !enabled,
                    value: "{text}",
                    onmounted: move |event| text.set(browser::typed(&event)),
                    oninput: move |event| {
                        mutation.clear();
                        text.set(event.value());
                    },
                }
            }
            Button {
                kind: ButtonKind::Primary,
                r#type: "submit",
                busy: mutation.busy(),
                disabled: !enabled,
                {words.agents.create}
            }
            {mutation.note()}
        }
    }
}
