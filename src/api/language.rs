//! The visitor's language: the one they have chosen, or else the browser's.

use crate::auth::cookie_of;
use crate::model::{Language, VisitorLanguage};
use dioxus::server::axum::extract::FromRequestParts;
use dioxus::server::http::HeaderMap;
use dioxus::server::http::header::ACCEPT_LANGUAGE;
use dioxus::server::http::request::Parts;
use std::convert::Infallible;

/// The cookie that stores the language that was chosen.
pub const LANGUAGE_COOKIE: &str = "portal_language";

impl<S: Send + Sync> FromRequestParts<S> for VisitorLanguage {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let headers = &parts.headers;
        let first = || accepted(headers).first().copied().and_then(Language::from_tag);
        let chosen = chosen(headers);
        Ok(Self { chosen, spoken: chosen.or_else(first) })
    }
}

/// The language of the pages: the one that was chosen, or else the first of the browser's that the
/// portal speaks.
pub fn language_of_pages(headers: &HeaderMap) -> Language {
    let best = || accepted(headers).into_iter().find_map(Language::from_tag);
    chosen(headers).or_else(best).unwrap_or_default()
}

fn chosen(headers: &HeaderMap) -> Option<Language> {
    cookie_of(headers, LANGUAGE_COOKIE).and_then(Language::from_tag)
}

/// The language ranges of `Accept-Language`, the preferred one first.
fn accepted(headers: &HeaderMap) -> Vec<&str> {
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let mut ranges: Vec<(&str, f32)> = Vec::new();
    for range in accepted.unwrap_or_default().split(',') {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let quality = parameters.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse);
        if let Ok(quality) = quality
            && quality > 0.0
        {
            ranges.push((tag.trim(), quality));
        }
    }
    ranges.sort_by(|one, other| other.1.total_cmp(&one.1));
    ranges.into_iter().map(|(tag, _)| tag).collect()
}
