//! What is known about a visit before its page is rendered, from cookies and `Accept-Language`. The
//! page carries it as attributes of its root element, so that it never flashes in another language or
//! colour.

use crate::api::{LANGUAGE_COOKIE, language_of_pages};
use crate::auth::{Cookie, cookie_of};
use crate::model::Language;
use crate::ui::visit::{Notice, THEME_COOKIE, Theme, Visit};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dioxus::server::http::HeaderMap;

/// Reads the visit from the request; `secure` says whether the portal uses https.
pub fn visit(headers: &HeaderMap, secure: bool) -> Visit {
    let theme = cookie_of(headers, THEME_COOKIE).and_then(|name| name.parse().ok());
    let notice = Cookie::NOTICE.read(headers, secure).and_then(read_notice);
    let language = language_of_pages(headers);
    Visit { language, theme: theme.unwrap_or_default(), notice, ..Visit::default() }
}

/// The `Set-Cookie` that stores the language.
pub fn language_cookie(language: Language) -> String {
    format!("{LANGUAGE_COOKIE}={}; {}; HttpOnly", language.tag(), crate::ui::visit::KEPT)
}

/// How many bytes of an error's message a notice keeps: browsers ignore cookies beyond 4,096 bytes.
const KEPT_OF_A_MESSAGE: usize = 200;
/// The same of what was typed or ticked: fifty agents.
const KEPT_OF_WHAT_WAS_TYPED: usize = 2_000;

/// The `Set-Cookie` that carries a notice to the next page.
pub fn notice_cookie(notice: &Notice, secure: bool) -> String {
    let mut notice = notice.clone();
    if let Notice::Failed { error, typed, .. } = &mut notice {
        cut(&mut error.message, KEPT_OF_A_MESSAGE);
        if let Some(typed) = typed {
            cut(typed, KEPT_OF_WHAT_WAS_TYPED);
        }
    }
    let json = serde_json::to_vec(&notice).unwrap_or_default();
    Cookie::NOTICE.set(&URL_SAFE_NO_PAD.encode(json), secure)
}

/// Leaves the first so many bytes, to the last whole character.
fn cut(text: &mut String, bytes: usize) {
    text.truncate(text.floor_char_boundary(bytes));
}

/// The opening tag of a page for this visit.
pub fn root_element(visit: &Visit) -> String {
    let theme = match visit.theme {
        Theme::System => String::new(),
        chosen => format!(" data-theme=\"{}\"", chosen.as_str()),
    };
    format!("<html lang=\"{}\"{theme}>", visit.language.tag())
}

/// Cookies can be forged: a link in one must be to a web page.
fn read_notice(value: &str) -> Option<Notice> {
    let notice = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(value).ok()?).ok()?;
    match &notice {
        Notice::Failed { error, .. } => {
            let is_page = |url: &String| url.starts_with("https://") || url.starts_with("http://");
            error.url.iter().all(is_page).then_some(notice)
        }
        Notice::Done(_) => Some(notice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dioxus::server::http::HeaderValue;
    use dioxus::server::http::header::COOKIE;

    fn visiting(headers: &[(&'static str, &'static str)]) -> Visit {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        visit(&map, false)
    }

    #[test]
    fn the_browser_s_best_language_is_spoken_and_a_choice_goes_before_it() {
        let language = |accepted| visiting(&[("accept-language", accepted)]).language;
        assert_eq!(language("de-AT,de;q=0.9,en;q=0.8"), Language::De);
        assert_eq!(language("fr, en;q=0.5, de;q=0.7"), Language::De);
        assert_eq!(language("en-GB,de;q=0.9"), Language::En);
        assert_eq!(language("fr;q=nonsense, ja"), Language::En);
        let chosen = [("accept-language", "de"), ("cookie", "a=b; portal_language=en")];
        assert_eq!(visiting(&chosen).language, Language::En);
    }

    #[test]
    fn a_cookie_of_nonsense_changes_nothing() {
        let odd = "portal_theme=pink; portal_language=xx; portal_notice=%7B";
        assert_eq!(visiting(&[("cookie", odd)]), Visit::default());
    }

    #[test]
    fn a_notice_fits_into_a_cookie_however_much_there_is_to_say() {
        use crate::api::ApiError;
        use crate::model::ErrorCode;
        use crate::ui::visit::Control;
        let (code, long) = (ErrorCode::AgentsInUse, "\u{1f600}".repeat(20_000));
        let error = ApiError { status: 409, code, message: long.clone(), url: None };
        let notice = Notice::Failed { control: Control::Seats, error, typed: Some(long) };
        assert!(notice_cookie(&notice, true).len() < 4_096);
    }

    #[test]
    fn a_notice_is_read_back_unless_its_link_is_none_to_a_page() {
        use crate::api::ApiError;
        use crate::model::ErrorCode;
        use crate::ui::visit::Control;
        let read = |url: &str| {
            let url = Some(url.to_owned());
            let (code, message) = (ErrorCode::PaymentActionRequired, "Pay.".to_owned());
            let error = ApiError { status: 402, code, message, url };
            let notice = Notice::Failed { control: Control::Seats, error, typed: None };
            let cookie = notice_cookie(&notice, false);
            let (value, _) = cookie.split_once(';').unwrap_or_default();
            let mut headers = HeaderMap::new();
            headers.append(COOKIE, HeaderValue::try_from(value).expect("a cookie"));
            visit(&headers, false).notice == Some(notice)
        };
        assert!(read("https://pay.example/invoice"));
        assert!(!read("javascript:alert(1)"));
    }

    #[test]
    fn the_root_element_carries_language_and_theme() {
        let visit = visiting(&[("cookie", "portal_theme=dark; portal_language=de")]);
        assert_eq!(root_element(&visit), "<html lang=\"de\" data-theme=\"dark\">");
        assert_eq!(root_element(&Visit::default()), "<html lang=\"en\">");
    }
}
