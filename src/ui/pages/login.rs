use crate::ui::Route;
use crate::ui::components::{Heading, error_note, use_form_token};
use crate::ui::layout::{Preferences, SandboxNote, mark};
use crate::ui::visit::use_visit;
use crate::ui::words::{PRODUCT, use_words};
use dioxus::prelude::*;

/// Sign-in: a plain form that the server answers with a redirect, with or without scripts.
#[component]
pub fn Login(error: Option<String>, email: Option<String>, next: Option<String>) -> Element {
    let words = use_words();
    let here = Route::Login { error: None, email: None, next: next.clone() }.to_string();
    let wrong = error
        .as_deref()
        .is_some_and(|code| code != "throttled" && words.sign_on.problem(code).is_none());
    let problem = error.map(|error| match error.as_str() {
        "throttled" => words.errors.too_many_attempts,
        code => words.sign_on.problem(code).unwrap_or(words.frame.wrong_credentials),
    });
    let single_sign_on = use_visit().single_sign_on;
    let sign_on = Route::sign_on(next.as_deref());
    let again = wrong && email.is_some();
    let invalid = wrong.then_some("true");
    let described = problem.is_some().then_some("login-error");
    rsx! {
        SandboxNote {}
        main { class: "login",
            form { class: "card", method: "post", action: "/login",
                {use_form_token()}
                p { class: "mark",
                    {mark()}
                    "{PRODUCT}"
                }
                Heading { title: words.frame.sign_in }
                if let Some(next) = next {
                    if problem.is_none() {
                        p { class: "hint", {words.frame.sign_in_first} }
                    }
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
                        autofocus: !again,
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
                        autofocus: again,
                        aria_invalid: invalid,
                        aria_describedby: described,
                    }
                }
                if let Some(message) = problem {
                    div { id: "login-error",
                        {error_note(message)}
                    }
                }
                button { class: "button", "data-kind": "primary", r#type: "submit", {words.frame.sign_in} }
                if single_sign_on {
                    p { class: "hint or", {words.sign_on.or} }
                    a { class: "button", "data-kind": "secondary", href: "{sign_on}", {words.sign_on.go} }
                }
            }
            Preferences { here }
        }
    }
}
