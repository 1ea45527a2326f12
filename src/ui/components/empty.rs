use dioxus::prelude::*;

/// What a list says while there is nothing in it, and what would be.
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
