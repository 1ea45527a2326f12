use crate::model::Agent;
use crate::ui::Route;
use crate::ui::browser;
use crate::ui::components::{Button, field};
use crate::ui::words::use_words;
use dioxus::prelude::*;

/// The field's name in the address, and its `id`.
pub const FIELD: &str = "search";

/// Searches by name: while typing, or by the server without scripts.
#[component]
pub fn Search(
    tenant_id: Option<String>,
    /// The search in the address.
    searched: String,
    text: Signal<String>,
) -> Element {
    let words = use_words();
    let navigator = use_navigator();
    // The address follows, so that the page can be bookmarked and shared.
    let follow = use_callback({
        let tenant_id = tenant_id.clone();
        move |search: String| {
            let search = Some(search).filter(|search| !search.is_empty());
            navigator.replace(Route::Agents { tenant_id: tenant_id.clone(), search, page: None });
        }
    });
    rsx! {
        form {
            class: "search",
            role: "search",
            method: "get",
            action: "/agents",
            onsubmit: move |event| {
                event.prevent_default();
                follow.call(field(&event, FIELD));
            },
            if let Some(tenant_id) = tenant_id {
                input { r#type: "hidden", name: "tenant_id", value: "{tenant_id}" }
            }
            div { class: "field",
                input {
                    id: FIELD,
                    r#type: "search",
                    name: FIELD,
                    aria_label: words.agents.search,
                    placeholder: words.agents.search,
                    autocomplete: "off",
                    value: "{text}",
                    onmounted: move |event| text.set(browser::typed(&event)),
                    oninput: move |event| {
                        text.set(event.value());
                        // What was cleared must not come back with a reload.
                        if event.value().is_empty() && !searched.is_empty() {
                            follow.call(String::new());
                        }
                    },
                }
            }
            div { class: "scriptless",
                Button { r#type: "submit", {words.agents.find} }
            }
        }
    }
}

/// The agents whose names contain the text, ignoring case; newest first.
pub fn matching(mut agents: Vec<Agent>, text: &str) -> Vec<Agent> {
    agents.reverse();
    let wanted = browser::lowercase(text.trim());
    if !wanted.is_empty() {
        agents.retain(|agent| browser::lowercase(&agent.name).contains(&wanted));
    }
    agents
}
