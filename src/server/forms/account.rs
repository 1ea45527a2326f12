//! The forms of the account page. Passwords are never sent back.

use super::{Next, Sent};
use crate::api;
use crate::auth::{Auth, Cookie};
use crate::model::{ChangePassword, SessionId};
use crate::ui::Route;
use crate::ui::visit::{Control, Done};
use dioxus::fullstack::{Json, StatusCode};
use dioxus::server::axum::Extension;
use dioxus::server::axum::extract::Path;
use dioxus::server::axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// A button's form, which sends nothing of its own.
#[derive(Deserialize)]
pub struct Pressed {}

/// The fields of a new password.
#[derive(Deserialize)]
pub struct Passwords {
    #[serde(default)]
    current_password: String,
    #[serde(default)]
    new_password: String,
}

/// `POST /account/password`.
pub async fn password(form: Sent<Passwords>) -> Response {
    let call = async |form: Passwords| {
        let Passwords { current_password, new_password } = form;
        api::change_password(Json(ChangePassword { current_password, new_password })).await
    };
    let next = |page, _| Next::Renewed(page);
    form.answer(Control::Password, page, call, next).await
}

/// `POST /account/sessions/{id}/end`.
pub async fn end_session(Path(id): Path<String>, form: Sent<Pressed>) -> Response {
    let Ok(id) = id.parse::<SessionId>() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let call = async |_| api::end_session(id).await;
    let next = |page, _| Next::Page(page, Done::SessionEnded);
    form.answer(Control::Sessions, page, call, next).await
}

/// `POST /account/sign-out-everywhere`.
pub async fn sign_out_everywhere(
    Extension(auth): Extension<Auth>,
    form: Sent<Pressed>,
) -> Response {
    let call = async |_| api::sign_out_everywhere().await;
    let next = |_, _| Next::SignIn { cookie: Cookie::SESSION.clear(auth.secure) };
    form.answer(Control::Sessions, page, call, next).await
}

/// The page, keeping the tenant being looked at.
fn page<T>(tenant_id: Option<String>, _: Option<&T>) -> Route {
    Route::account(tenant_id)
}
