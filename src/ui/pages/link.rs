//! What a one-time link opens: plain forms, rendered only on the server.

use crate::model::{Name, PASSWORD_LENGTH, Role};
use crate::ui::Route;
use crate::ui::components::{Heading, error_note, use_form_token};
use crate::ui::layout::{Preferences, SandboxNote, mark};
use crate::ui::visit::{use_visit, use_visit_provider};
use crate::ui::words::{Links, PRODUCT, Words, fill, use_words};
use dioxus::fullstack::FullstackContext;
use dioxus::prelude::*;

const ERROR: &str = "link-error";
const RULE: &str = "password-rule";

/// A one-time link that was followed; carried by the request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FollowedLink {
    /// Its own address, which its form is sent to.
    pub here: String,
    pub opens: Opens,
    /// What was wrong with the form.
    pub problem: Option<LinkProblem>,
    /// The name that was typed.
    pub name: String,
}

/// What a link opens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Opens {
    Invitation {
        company: String,
        email: String,
        role: Role,
        guest: Guest,
    },
    /// Choosing a new password for the operator with this email.
    Password {
        email: String,
    },
    /// It was used, has expired, or was made up.
    #[default]
    Nothing,
}

/// Who is following an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guest {
    New,
    /// Somebody with an account, who must sign in to it: without a password only by single sign-on.
    Known {
        has_password: bool,
    },
    SignedIn,
}

/// Why a link's form was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkProblem {
    Name,
    WeakPassword,
    WrongPassword,
    Throttled,
}

/// The page of a one-time link, a document of its own.
#[component]
pub fn LinkPage() -> Element {
    let visit = use_visit_provider();
    let link = use_hook(|| {
        let context = FullstackContext::current();
        context.and_then(|context| context.extension::<FollowedLink>()).unwrap_or_default()
    });
    let (words, said) = (Words::of(visit.language), Links::of(visit.language));
    let FollowedLink { here, opens, problem, name } = link;
    let action = here.clone();
    let sign_on = visit.single_sign_on.then(|| Route::sign_on(Some(&here)));
    rsx! {
        SandboxNote {}
        main { class: "login",
            form { class: "card", method: "post", action,
                {use_form_token()}
                p { class: "mark",
                    {mark()}
                    "{PRODUCT}"
                }
                match opens {
                    Opens::Invitation { company, email, role, guest } => rsx! {
                        Heading { title: fill(said.join, &[&company]) }
                        p { {fill(said.invited, &[&company, words.role(role)])} }
                        match guest {
                            Guest::New => rsx! {
                                Email { email }
                                NameField { name, problem }
                                Password { new: true, problem }
                            },
                            Guest::Known { has_password } => rsx! {
                                p { class: "hint",
                                    if has_password || sign_on.is_some() {
                                        {said.has_account}
                                    } else {
                                        {said.no_way_in}
                                    }
                                }
                                Email { email }
                                if has_password {
                                    Password { new: false, problem }
                                }
                            },
                            Guest::SignedIn => rsx! {
                                p { class: "hint", {fill(said.signed_in, &[&email])} }
                            },
                        }
                        Refusal { problem }
                        if guest != (Guest::Known { has_password: false }) {
                            Submit { label: said.accept }
                        }
                        if let (Guest::Known { has_password }, Some(address)) = (guest, sign_on) {
                            if has_password {
                                p { class: "hint or", {words.sign_on.or} }
                            }
                            a { class: "button", "data-kind": "secondary", href: address, {words.sign_on.go} }
                        }
                    },
                    Opens::Password { email } => rsx! {
                        Heading { title: said.choose_password }
                        Email { email }
                        Password { new: true, problem }
                        p { class: "hint", {said.everywhere} }
                        Refusal { problem }
                        Submit { label: said.set_password }
                    },
                    Opens::Nothing => rsx! {
                        Heading { title: said.unusable }
                        p { {said.unusable_text} }
                        a { class: "button", "data-kind": "secondary", href: "/login", {words.frame.sign_in} }
                    },
                }
            }
            Preferences { here }
        }
    }
}

/// Whom the link is for. Read-only, and tells password managers whose password this is.
#[component]
fn Email(email: String) -> Element {
    let words = use_words();
    rsx! {
        div { class: "field",
            label { r#for: "email", {words.frame.email} }
            input { id: "email", r#type: "email", autocomplete: "username", readonly: true, value: email }
        }
    }
}

#[component]
fn NameField(name: String, problem: Option<LinkProblem>) -> Element {
    let said = use_said();
    let blamed = problem == Some(LinkProblem::Name);
    rsx! {
        div { class: "field",
            label { r#for: "name", {said.name} }
            input {
                id: "name",
                name: "name",
                autocomplete: "name",
                required: true,
                maxlength: Name::LONGEST,
                aria_invalid: blamed.then_some("true"),
                aria_describedby: blamed.then_some(ERROR),
                value: name,
            }
        }
    }
}

/// A field for a new password, or the current one.
#[component]
fn Password(new: bool, problem: Option<LinkProblem>) -> Element {
    let said = use_said();
    let blamed = problem
        .is_some_and(|problem| !matches!(problem, LinkProblem::Name | LinkProblem::Throttled));
    let described = match (new, blamed) {
        (true, true) => Some("password-rule link-error"),
        (true, false) => Some(RULE),
        (false, true) => Some(ERROR),
        (false, false) => None,
    };
    rsx! {
        div { class: "field",
            label { r#for: "password", {said.password} }
            input {
                id: "password",
                r#type: "password",
                name: "password",
                autocomplete: if new { "new-password" } else { "current-password" },
                required: true,
                minlength: new.then(|| PASSWORD_LENGTH.start().to_string()),
                aria_invalid: blamed.then_some("true"),
                aria_describedby: described,
            }
            if new {
                p { id: RULE, class: "hint", {said.password_rule} }
            }
        }
    }
}

#[component]
fn Refusal(problem: Option<LinkProblem>) -> Element {
    let (words, said) = (use_words(), use_said());
    let message = problem.map(|problem| match problem {
        LinkProblem::Name => words.errors.invalid_name,
        LinkProblem::WeakPassword => said.weak_password,
        LinkProblem::WrongPassword => said.wrong_password,
        LinkProblem::Throttled => words.errors.too_many_attempts,
    });
    rsx! {
        if let Some(message) = message {
            div { id: ERROR,
                {error_note(message)}
            }
        }
    }
}

#[component]
fn Submit(label: String) -> Element {
    rsx! {
        button { class: "button", "data-kind": "primary", r#type: "submit", "{label}" }
    }
}

fn use_said() -> &'static Links {
    Links::of(use_visit().language)
}
