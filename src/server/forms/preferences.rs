//! The form that chooses language and appearance, for any visitor.

use crate::model::Language;
use crate::server::sign_in::is_local;
use crate::server::visit::language_cookie;
use crate::ui::visit::Theme;
use dioxus::server::axum::Form;
use dioxus::server::axum::response::{IntoResponse, Redirect, Response};
use dioxus::server::http::HeaderValue;
use dioxus::server::http::header::SET_COOKIE;
use serde::Deserialize;

/// The fields of the form: the choices, and the page they were made on.
#[derive(Deserialize)]
pub struct Preferences {
    #[serde(default)]
    language: String,
    #[serde(default)]
    theme: String,
    #[serde(default)]
    next: String,
}

/// `POST /preferences`.
pub async fn preferences(Form(form): Form<Preferences>) -> Response {
    let language = Language::from_tag(&form.language).map(language_cookie);
    let theme = form.theme.parse().ok().map(Theme::cookie);
    let cookies = [language, theme].into_iter().flatten();
    let next = if is_local(&form.next) { form.next.as_str() } else { "/" };
    let mut response = Redirect::to(next).into_response();
    for cookie in cookies.filter_map(|cookie| HeaderValue::try_from(cookie).ok()) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
