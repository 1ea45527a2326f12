//! What all the sandbox's pages share: escaping, the page frame, redirects.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use dioxus::server::axum;

/// The stylesheet of every page.
pub const STYLE: &str = include_str!("style.css");

/// No scripts, nothing from elsewhere, no framing.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

/// Escapes text for HTML, in elements and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// A URL for an `href`: escaped, and only http, https or a path.
pub fn link(url: &str) -> String {
    if url.starts_with("http://") || url.starts_with("https://") || url.starts_with('/') {
        escape(url)
    } else {
        "#".to_owned()
    }
}

/// A whole page; `body` is HTML.
pub fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <title>{}</title>\n<link rel=\"stylesheet\" href=\"/_sandbox/style.css\">\n</head>\n<body>\n\
         <p class=\"ribbon\" role=\"note\">Stripe sandbox: no real card, no real money</p>\n\
         <main>\n{body}\n</main>\n</body>\n</html>\n",
        escape(title)
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, html).into_response()
}

/// A page with one message and a link to go on.
pub fn message(
    status: StatusCode,
    title: &str,
    text: &str,
    way_on: Option<(&str, &str)>,
) -> Response {
    let way_on = way_on
        .map(|(label, url)| {
            format!("<p><a class=\"button\" href=\"{}\">{}</a></p>", link(url), escape(label))
        })
        .unwrap_or_default();
    let body = format!(
        "<section class=\"card narrow\"><h1>{}</h1><p>{}</p>{way_on}</section>",
        escape(title),
        escape(text)
    );
    page(status, title, &body)
}

/// A page for something that does not exist.
pub fn not_found(what: &str) -> Response {
    message(StatusCode::NOT_FOUND, "Not found", what, None)
}

/// A redirect after a form was posted.
pub fn see_other(url: &str) -> Response {
    match header::HeaderValue::try_from(url) {
        Ok(url) => (StatusCode::SEE_OTHER, [(header::LOCATION, url)]).into_response(),
        Err(_) => message(
            StatusCode::BAD_REQUEST,
            "This link cannot be followed",
            "The address holds characters that no URL may have.",
            None,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{escape, link};

    #[test]
    fn markup_is_escaped_and_scripts_are_no_links() {
        assert_eq!(escape("<a href=\"x\">'&'"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;");
        assert_eq!(link("javascript:alert(1)"), "#");
    }
}
