use crate::api::{self, ApiError};
use crate::model::{ChangePassword, ErrorCode, PASSWORD_LENGTH, TenantId};
use crate::ui::Route;
use crate::ui::browser;
use crate::ui::components::{Button, ButtonKind, PostForm, field};
use crate::ui::mutation::use_mutation;
use crate::ui::visit::Control;
use crate::ui::words::use_words;
use dioxus::fullstack::Json;
use dioxus::prelude::*;

const CURRENT: &str = "current_password";
const NEW: &str = "new_password";
const RULE: &str = "password-rule";
const ERROR: &str = "password-error";

/// Changes the password. On success what was typed is cleared and the page reloads: it confirms the
/// change, and its forms carry the new session's token.
#[component]
pub fn PasswordForm(tenant_id: Option<TenantId>, email: String) -> Element {
    let words = use_words();
    let mutation = use_mutation(Control::Password);
    let here = Route::account(tenant_id.as_ref().map(TenantId::to_string)).to_string();
    let mut current = use_signal(String::new);
    let mut new = use_signal(String::new);
    let change = move |event: FormEvent| {
        current.set(field(&event, CURRENT));
        new.set(field(&event, NEW));
        let body = ChangePassword { current_password: current(), new_password: new() };
        let here = here.clone();
        mutation.leave(async move {
            let changed = api::change_password(Json(body)).await;
            changed.inspect_err(|error| browser::focus(to_blame(error).unwrap_or(CURRENT)))?;
            current.set(String::new());
            new.set(String::new());
            Ok(here)
        });
    };
    let blamed = mutation.error().as_ref().and_then(to_blame);
    let invalid = |name| (blamed == Some(name)).then_some("true");
    rsx! {
        section { class: "card", aria_labelledby: "password",
            h2 { id: "password", {words.account.change_password} }
            PostForm { class: "stack", action: "/account/password", tenant_id, onsubmit: change,
                // Tells password managers whose password this is.
                input { r#type: "text", autocomplete: "username", value: email, hidden: true, readonly: true }
                div { class: "field",
                    label { r#for: CURRENT, {words.account.current_password} }
                    input {
                        id: CURRENT,
                        r#type: "password",
                        name: CURRENT,
                        autocomplete: "current-password",
                        required: true,
                        aria_invalid: invalid(CURRENT),
                        aria_describedby: invalid(CURRENT).and(Some(ERROR)),
                        value: "{current}",
                        onmounted: move |event| current.set(browser::typed(&event)),
                        oninput: move |event| {
                            mutation.clear();
                            current.set(event.value());
                        },
                    }
                    if blamed == Some(CURRENT) {
                        div { id: ERROR,
                            {mutation.note()}
                        }
                    }
                }
                div { class: "field",
                    label { r#for: NEW, {words.account.new_password} }
                    input {
                        id: NEW,
                        r#type: "password",
                        name: NEW,
                        autocomplete: "new-password",
                        required: true,
                        minlength: "{PASSWORD_LENGTH.start()}",
                        aria_invalid: invalid(NEW),
                        aria_describedby: if blamed == Some(NEW) { "password-rule password-error" } else { RULE },
                        value: "{new}",
                        onmounted: move |event| new.set(browser::typed(&event)),
                        oninput: move |event| {
                            mutation.clear();
                            new.set(event.value());
                        },
                    }
                    p { id: RULE, class: "hint", {words.account.password_rule} }
                    if blamed != Some(CURRENT) {
                        div { id: ERROR,
                            {mutation.note()}
                        }
                    }
                }
                Button { kind: ButtonKind::Primary, r#type: "submit", busy: mutation.busy(),
                    {words.account.change_password}
                }
            }
        }
    }
}

/// The field that an error is about.
fn to_blame(error: &ApiError) -> Option<&'static str> {
    match error.code {
        ErrorCode::WrongPassword => Some(CURRENT),
        ErrorCode::WeakPassword => Some(NEW),
        _ => None,
    }
}
