use crate::ui::Route;
use crate::ui::components::{ErrorNote, Heading};
use crate::ui::layout::{Mark, Preferences};
use crate::ui::words::{PRODUCT, use_words};
use dioxus::prelude::*;

/// Sign-in: a plain form, answered by the server with a redirect, with or without scripts.
#[component]
pub fn Login(error: Option<String>, email: Option<String>, next: Option<String>) -> Element {
    let words = use_words();
    let here = Route::Login { error: None, email: None, next: next.clone() }.to_string();
    let problem = error.map(|error| match error.as_str() {
        "throttled" => words.frame.throttled,
        _ => words.frame.wrong_credentials,
    });
    let invalid = problem.is_some().then_some("true");
    let described = problem.is_some().then_some("login-error");
    rsx! {
        main { class: "login",
            form { class: "card", method: "post", action: "/login",
                p { class: "mark",
                    Mark {}
                    "{PRODUCT}"
                }
                Heading { title: words.frame.sign_in }
                if let Some(next) = next {
                    input { r#type: "hidden", name: "next", value: "{next}" }
                }
                div { class: "field",
                    label { r#for: "email", {words.frame.email} }
                    input {
                        id: "email",
                        r#type: "email",
                        name: "email",
                        autocomplete: "username",
                        required: true,
                        autofocus: true,
                        aria_invalid: invalid,
                        aria_describedby: described,
                        value: email,
                    }
                }
                div { class: "field",
                    label { r#for: "password", {words.frame.password} }
                    input {
                        id: "password",
                        r#type: "password",
                        name: "password",
                        autocomplete: "current-password",
                        required: true,
                        aria_invalid: invalid,
                        aria_describedby: described,
                    }
                }
                if let Some(message) = problem {
                    div { id: "login-error",
                        ErrorNote { message }
                    }
                }
                button { class: "button", "data-kind": "primary", r#type: "submit", {words.frame.sign_in} }
            }
            Preferences { here }
        }
    }
}
