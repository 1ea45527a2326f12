//! The page that a browser gets when a request fails: plain HTML, without scripts and without a
//! database query.

use crate::api::ApiError;
use crate::server::policy::Policy;
use crate::server::sign_in::is_local;
use crate::server::visit::{root_element, visit};
use crate::ui::STYLE_SHEETS;
use crate::ui::visit::Visit;
use crate::ui::words::{PRODUCT, Words};
use dioxus::fullstack::AsStatusCode;
use dioxus::server::axum::extract::Request;
use dioxus::server::axum::response::{AppendHeaders, Html, IntoResponse, Response};
use dioxus::server::http::HeaderMap;
use dioxus::server::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, REFERER};

/// The browser that asked for a page.
pub struct Browser {
    visit: Visit,
    /// Whether a form was submitted, rather than an address opened.
    sent: bool,
    /// The page to open again: the address itself, or the page that the form was on.
    page: String,
}

impl Browser {
    /// The sender, if it is a browser: programs don't ask for HTML.
    pub fn of(request: &Request, policy: &Policy) -> Option<Self> {
        let headers = request.headers();
        let accepted = headers.get(ACCEPT)?.to_str().ok()?;
        if !accepted.contains("text/html") {
            return None;
        }
        let sent = !request.method().is_safe();
        let page = match request.uri().path_and_query() {
            Some(address) if !sent && is_local(address.as_str()) => address.to_string(),
            _ => came_from(headers),
        };
        Some(Self { visit: visit(headers, policy.https), sent, page })
    }

    /// Renders what went wrong, and the way back.
    pub fn error_page(&self, error: &ApiError, policy: &Policy) -> Response {
        let words = Words::of(self.visit.language);
        let (title, text) = (words.error_title(error), escape(&words.error(error)));
        let again = if self.sent { words.errors.open_again } else { words.frame.try_again };
        // An address that only takes forms can't be opened.
        let page = if error.status == 405 { "/" } else { &self.page };
        let (root, page) = (root_element(&self.visit), escape(page));
        let styles =
            STYLE_SHEETS.map(|sheet| format!("<link rel=\"stylesheet\" href=\"{sheet}\">\n"));
        let html = format!(
            "<!DOCTYPE html>\n{root}\n<head>\n<meta charset=\"UTF-8\">\n\
             <title>{title} · {PRODUCT}</title>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n{}</head>\n<body>\n\
             <main class=\"alone\"><div class=\"problem\">\n<h1>{title}</h1>\n<p>{text}</p>\n\
             <p><a class=\"button\" data-kind=\"primary\" href=\"{page}\">{again}</a></p>\n\
             </div></main>\n</body>\n</html>\n",
            styles.concat(),
        );
        let policy = AppendHeaders([(CONTENT_SECURITY_POLICY, policy.of_page(html.as_bytes()))]);
        (error.as_status_code(), policy, Html(html)).into_response()
    }
}

/// The page that the form was on, if the browser says so.
fn came_from(headers: &HeaderMap) -> String {
    let address = headers.get(REFERER).and_then(|value| value.to_str().ok());
    let after_scheme = address.and_then(|address| address.split_once("://")).map(|(_, rest)| rest);
    let path = after_scheme.and_then(|rest| rest.find('/').map(|at| &rest[at..]));
    path.filter(|path| is_local(path)).unwrap_or("/").to_owned()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use dioxus::server::http::HeaderValue;

    #[test]
    fn a_form_leads_back_to_a_page_of_the_portal_only() {
        for (referer, back) in [
            ("https://portal.example/agents?a=1&b=\"", "/agents?a=1&amp;b=&quot;"),
            ("https://portal.example", "/"),
            ("https://portal.example//evil.example", "/"),
            ("https://portal.example/\\evil.example", "/"),
            ("nonsense", "/"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(REFERER, HeaderValue::from_static(referer));
            assert_eq!(escape(&came_from(&headers)), back, "{referer}");
        }
    }
}
