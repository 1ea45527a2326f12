//! The pages.

use dioxus::prelude::*;

/// The whole application.
#[component]
pub fn App() -> Element {
    rsx! { "portal" }
}
