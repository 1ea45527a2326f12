//! For any Cookie header: what is read from it can be set as a cookie, and is read back unchanged.

use dioxus::server::http::header::{ACCEPT_LANGUAGE, COOKIE};
use dioxus::server::http::{HeaderMap, HeaderValue};
use portal::auth::Cookie;
use portal::model::Language;
use portal::server::visit::{language_cookie, notice_cookie, root_element, visit};
use portal::ui::visit::{Notice, Theme};

pub fn check(input: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(input) else { return };
    let mut headers = HeaderMap::new();
    headers.append(COOKIE, value.clone());
    headers.append(ACCEPT_LANGUAGE, value);

    for secure in [false, true] {
        if let Some(token) = Cookie::SESSION.read(&headers, secure) {
            assert!(!token.is_empty() && !token.contains(';'), "{token:?}");
            let again = sent_back(&Cookie::SESSION.set(token, secure));
            assert_eq!(Cookie::SESSION.read(&again, secure), Some(token));
            // A cookie for plain http is not accepted over https, nor the other way round.
            assert_eq!(Cookie::SESSION.read(&again, !secure), None);
        }
    }

    let seen = visit(&headers, false);
    assert!(Language::ALL.contains(&seen.language) && Theme::ALL.contains(&seen.theme));
    assert!(root_element(&seen).starts_with("<html lang=\""));
    assert_eq!(visit(&sent_back(&language_cookie(seen.language)), false).language, seen.language);
    assert_eq!(visit(&sent_back(&seen.theme.cookie()), false).theme, seen.theme);
    if let Some(notice) = seen.notice {
        if let Notice::Failed { error, .. } = &notice {
            let link = error.url.as_deref().unwrap_or("https://");
            assert!(link.starts_with("https://") || link.starts_with("http://"), "{link}");
        }
        for secure in [false, true] {
            let again = sent_back(&notice_cookie(&notice, secure));
            assert_eq!(visit(&again, secure).notice.as_ref(), Some(&notice));
        }
    }
}

/// The headers that a browser sends after this `Set-Cookie`.
fn sent_back(set_cookie: &str) -> HeaderMap {
    let pair = set_cookie.split(';').next().unwrap_or_default();
    let mut headers = HeaderMap::new();
    headers.append(COOKIE, HeaderValue::from_str(pair).expect("a header"));
    headers
}
