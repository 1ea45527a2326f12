//! The language that a visitor has chosen.

use crate::auth::cookie_of;
use crate::model::Language;
use dioxus::server::axum::extract::FromRequestParts;
use dioxus::server::http::HeaderMap;
use dioxus::server::http::request::Parts;
use std::convert::Infallible;

/// The cookie that stores it.
pub const LANGUAGE_COOKIE: &str = "portal_language";

/// The language that the visitor has chosen. Without one, pages follow the browser, and so do Stripe's.
pub struct ChosenLanguage(pub Option<Language>);

impl ChosenLanguage {
    pub fn of(headers: &HeaderMap) -> Self {
        Self(cookie_of(headers, LANGUAGE_COOKIE).and_then(Language::from_tag))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ChosenLanguage {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}
