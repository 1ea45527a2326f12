use dioxus::prelude::*;

/// A native modal dialog, opened by a button with `command: "show-modal"` and `commandfor: id`, and
/// closed by one with `command: "close"`: the browser moves, traps and returns the focus, before and
/// without WebAssembly.
#[component]
pub fn Dialog(id: &'static str, title: String, children: Element) -> Element {
    rsx! {
        dialog { id, class: "dialog", aria_labelledby: "{id}-title", "closedby": "any",
            h2 { id: "{id}-title", "{title}" }
            {children}
        }
    }
}
