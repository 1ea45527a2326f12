use super::Heading;
use crate::api::ApiError;
use crate::ui::Route;
use crate::ui::words::use_words;
use dioxus::fullstack::{AsStatusCode, FullstackContext};
use dioxus::prelude::*;

/// An error message beside its control. Announced at once.
pub fn error_note(message: &str) -> Element {
    rsx! {
        p { class: "error", role: "alert", "{message}" }
    }
}

/// An error, with the way to the invoice where paying it is what helps.
#[component]
pub fn Failure(error: ApiError) -> Element {
    let words = use_words();
    rsx! {
        {error_note(&words.error(&error))}
        if let Some(address) = error.url {
            a { class: "button", "data-kind": "primary", href: "{address}", target: "_blank", rel: "noopener",
                {words.errors.open_invoice}
            }
        }
    }
}

/// Replaces a page whose data can't be loaded. The server responds with the error's own status.
#[component]
pub fn ErrorPage(error: ApiError) -> Element {
    use_hook(|| FullstackContext::commit_http_status(error.as_status_code(), None));
    rsx! {
        Problem { error }
    }
}

/// What went wrong, and what to do.
#[component]
pub fn Problem(error: ApiError) -> Element {
    let words = use_words();
    let here = dioxus::router::router().full_route_string();
    let (kind, address, label) = match error.status {
        401 => ("primary", Route::login(here).to_string(), words.frame.sign_in),
        403 | 404 if here != "/billing" => {
            ("secondary", Route::billing(None).to_string(), words.errors.go_to_billing)
        }
        _ => ("secondary", here, words.frame.try_again),
    };
    rsx! {
        div { class: "problem",
            if error.status != 0 {
                p { class: "status", aria_hidden: "true", "{error.status}" }
            }
            Heading { title: words.error_title(&error) }
            p { {words.error(&error)} }
            p {
                // Not a router link: a full load retries everything.
                a { class: "button", "data-kind": kind, href: "{address}", "{label}" }
            }
        }
    }
}
