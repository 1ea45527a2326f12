use dioxus::prelude::*;

/// What a list says while it is empty, and what would be in it.
#[component]
pub fn Empty(title: String, text: String, children: Element) -> Element {
    rsx! {
        div { class: "empty",
            strong { "{title}" }
            p { "{text}" }
            {children}
        }
    }
}
