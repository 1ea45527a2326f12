use crate::model::{AgentId, Name};
use crate::ui::browser;
use crate::ui::components::Button;
use crate::ui::words::{fill, use_words};
use dioxus::prelude::*;

/// The field's name in the form.
pub const FIELD: &str = "name";

/// A field for a new name, opened by a button. `typed` is what was tried before.
#[component]
pub fn Rename(id: AgentId, name: String, typed: Option<String>) -> Element {
    let words = use_words();
    let opened = typed.is_some();
    let mut text = use_signal(|| typed.unwrap_or_else(|| name.clone()));
    let label = fill(words.agents.rename_one, &[&name]);
    rsx! {
        details {
            id: "rename-{id}",
            open: opened,
            ontoggle: {
                let id = id.clone();
                move |_| browser::select(&input_of(&id))
            },
            onkeydown: {
                let id = id.clone();
                move |event| {
                    if browser::is_escape(&event) {
                        close(&id);
                    }
                }
            },
            summary {
                id: opener(&id),
                class: "button",
                "data-kind": "quiet",
                aria_label: "{label}",
                onclick: move |_| text.set(name.clone()),
                {words.agents.rename}
            }
            div { class: "field",
                input {
                    id: input_of(&id),
                    name: FIELD,
                    aria_label: "{label}",
                    required: true,
                    maxlength: Name::LONGEST,
                    autocomplete: "off",
                    value: "{text}",
                    oninput: move |event| text.set(event.value()),
                }
                Button { r#type: "submit", {words.frame.save} }
            }
        }
    }
}

/// Closes the field, and focuses the button that opened it.
pub fn close(id: &AgentId) {
    browser::set_open(&format!("rename-{id}"), false);
    browser::focus(&opener(id));
}

/// Opens the field again, keeping its text.
pub fn reopen(id: &AgentId) {
    browser::set_open(&format!("rename-{id}"), true);
    browser::focus(&input_of(id));
}

fn opener(id: &AgentId) -> String {
    format!("rename-{id}-open")
}

fn input_of(id: &AgentId) -> String {
    format!("rename-{id}-name")
}
