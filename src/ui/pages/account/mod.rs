//! The operator's own account: password and sessions.

use crate::ui::components::Heading;
use crate::ui::words::use_words;
use dioxus::prelude::*;

/// The account page.
#[component]
pub fn Account() -> Element {
    let words = use_words();
    rsx! {
        Heading { title: words.account.title }
    }
}
