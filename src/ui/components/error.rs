use super::Heading;
use crate::api::ApiError;
use crate::ui::Route;
use dioxus::fullstack::{AsStatusCode, FullstackContext};
use dioxus::prelude::*;

/// What went wrong, beside the control it went wrong with. Announced at once.
#[component]
pub fn ErrorNote(message: String) -> Element {
    rsx! {
        p { class: "error", role: "alert", "{message}" }
    }
}

/// In place of a page whose data can't be had. The server answers with the error's own status.
#[component]
pub fn ErrorPage(error: ApiError) -> Element {
    use_hook(|| FullstackContext::commit_http_status(error.as_status_code(), None));
    let title = match error.status {
        0 => "You are offline",
        401 => "You are signed out",
        403 => "Not yours to see",
        404 => "Not found",
        502 | 503 => "Back in a moment",
        _ => "Something went wrong",
    };
    let here = dioxus::router::router().full_route_string();
    let login = Route::login(here.clone());
    rsx! {
        div { class: "problem",
            Heading { title }
            p { "{error.message}" }
            p {
                if error.status == 401 {
                    a { class: "button", "data-kind": "primary", href: "{login}", "Sign in" }
                } else if error.status == 404 {
                    a { class: "button", "data-kind": "secondary", href: "{Route::billing(None)}", "Go to Billing" }
                } else {
                    a { class: "button", "data-kind": "secondary", href: "{here}", "Try again" }
                }
            }
        }
    }
}
