//! The operator's own account: who they are, their password, and where they are signed in.

mod device;
mod password;
mod sessions;

use crate::api;
use crate::model::TenantId;
use crate::ui::Route;
use crate::ui::answer::use_answer;
use crate::ui::components::{ErrorPage, Heading};
use crate::ui::layout::Preferences;
use crate::ui::words::use_words;
use dioxus::prelude::*;
use password::PasswordForm;
use sessions::Sessions;

/// The account page, keeping the tenant being looked at.
#[component]
pub fn Account(tenant_id: Option<String>) -> Element {
    let words = use_words();
    let mut loaded = use_answer("account", api::account)?;
    let here = Route::account(tenant_id.clone()).to_string();
    let tenant_id = tenant_id.and_then(|id| TenantId::try_from(id).ok());
    let onchange = use_callback(move |account| loaded.set(Ok(account)));
    rsx! {
        match loaded() {
            Ok(account) => rsx! {
                Heading { title: words.account.title }
                section { class: "card", aria_labelledby: "operator",
                    div {
                        h2 { id: "operator", "{account.name}" }
                        p { class: "note", "{account.email}" }
                    }
                }
                if account.has_password {
                    PasswordForm { tenant_id: tenant_id.clone(), email: account.email }
                }
                Sessions { tenant_id, sessions: account.sessions, onchange }
                section { class: "card", aria_labelledby: "appearance",
                    h2 { id: "appearance", {words.account.appearance} }
                    Preferences { here }
                }
            },
            Err(error) => rsx! {
                ErrorPage { error }
            },
        }
    }
}
