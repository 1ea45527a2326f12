use crate::ui::components::{ErrorNote, Heading};
use crate::ui::layout::Mark;
use crate::ui::words::PRODUCT;
use dioxus::prelude::*;

/// Sign-in: a plain form, answered by the server with a redirect, with or without scripts.
#[component]
pub fn Login(error: Option<String>, email: Option<String>, next: Option<String>) -> Element {
    let problem = error.map(|error| match error.as_str() {
        "throttled" => "Too many attempts. Wait a minute, then try again.",
        _ => "Email and password don't match. Check both and try again.",
    });
    let invalid = problem.is_some().then_some("true");
    rsx! {
        main { class: "login",
            form { class: "card", method: "post", action: "/login",
                p { class: "mark",
                    Mark {}
                    "{PRODUCT}"
                }
                Heading { title: "Sign in" }
                if let Some(next) = next {
                    input { r#type: "hidden", name: "next", value: "{next}" }
                }
                div { class: "field",
                    label { r#for: "email", "Email" }
                    input {
                        id: "email",
                        r#type: "email",
                        name: "email",
                        autocomplete: "username",
                        required: true,
                        autofocus: true,
                        aria_invalid: invalid,
                        value: email,
                    }
                }
                div { class: "field",
                    label { r#for: "password", "Password" }
                    input {
                        id: "password",
                        r#type: "password",
                        name: "password",
                        autocomplete: "current-password",
                        required: true,
                        aria_invalid: invalid,
                    }
                }
                if let Some(message) = problem {
                    ErrorNote { message }
                }
                button { class: "button", "data-kind": "primary", r#type: "submit", "Sign in" }
            }
        }
    }
}
