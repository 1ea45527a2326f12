//! The forms of the account page. Passwords are never sent back.

use super::{Next, Sent};
use crate::api;
use crate::auth::{Auth, Cookie};
use crate::model::{ChangePassword, SessionId, TenantId};
use crate::ui::Route;
use crate::ui::visit::{Control, Done};
use dioxus::fullstack::{Json, StatusCode};
use dioxus::server::axum::Extension;
use dioxus::server::axum::extract::Path;
use dioxus::server::axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// What all of them send: the tenant being looked at, if the address names one.
#[derive(Deserialize)]
pub struct Beside {
    tenant_id: Option<TenantId>,
}

/// The fields of a new password.
#[derive(Deserialize)]
pub struct Passwords {
    tenant_id: Option<TenantId>,
    #[serde(default)]
    current_password: String,
    #[serde(default)]
    new_password: String,
}

/// `POST /account/password`.
pub async fn password(form: Sent<Passwords>) -> Response {
    let page = |form: Option<&Passwords>| page(form.and_then(|form| form.tenant_id.as_ref()));
    let call = async |form: Passwords| {
        let Passwords { current_password, new_password, .. } = form;
        api::change_password(Json(ChangePassword { current_password, new_password })).await
    };
    let next = |page, _| Next::Renewed(page);
    form.answer(Control::Password, page, call, next).await
}

/// `POST /account/sessions/{id}/end`.
pub async fn end_session(Path(id): Path<String>, form: Sent<Beside>) -> Response {
    let Ok(id) = id.parse::<SessionId>() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let call = async |_| api::end_session(id).await;
    let next = |page, _| Next::Page(page, Done::SessionEnded);
    form.answer(Control::Sessions, beside, call, next).await
}

/// `POST /account/sign-out-everywhere`.
pub async fn sign_out_everywhere(Extension(auth): Extension<Auth>, form: Sent<Beside>) -> Response {
    let call = async |_| api::sign_out_everywhere().await;
    let next = |_, _| Next::SignIn { cookie: Cookie::SESSION.clear(auth.secure) };
    form.answer(Control::Sessions, beside, call, next).await
}

fn beside(form: Option<&Beside>) -> Route {
    page(form.and_then(|form| form.tenant_id.as_ref()))
}

fn page(tenant_id: Option<&TenantId>) -> Route {
    Route::account(tenant_id.map(TenantId::to_string))
}
