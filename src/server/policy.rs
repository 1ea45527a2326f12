//! What browsers may do: the Content-Security-Policy of pages and of everything else, and the headers
//! of every response.
//!
//! A page may run the portal's own script and WebAssembly, and the two inline scripts that Dioxus
//! writes, by their hashes. Those are found by their position in the page, which no content can get
//! before or after, so that a script injected into the content is not allowed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dioxus::server::axum::extract::{Request, State};
use dioxus::server::axum::middleware::Next;
use dioxus::server::axum::response::Response;
use dioxus::server::http::header::Entry;
use dioxus::server::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use dioxus::server::http::{HeaderName, HeaderValue};
use memchr::memmem;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Stripe's hosted pages: a form sent without scripts is redirected there, and Chromium applies the
/// page's policy to redirects too.
const STRIPE: [&str; 2] = ["https://checkout.stripe.com", "https://billing.stripe.com"];

/// For anything that is not a page: nothing at all.
const NOTHING: HeaderValue =
    HeaderValue::from_static("default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
/// For browsers older than Content-Security-Policy.
const DENY: HeaderValue = HeaderValue::from_static("DENY");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const BY_ENCODING: HeaderValue = HeaderValue::from_static("accept-encoding");
/// Two years, as recommended for browsers' preload lists.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000");
/// What a billing portal never uses.
const NO_DEVICES: HeaderValue = HeaderValue::from_static(
    "camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(), payment=(), \
     serial=(), usb=()",
);

const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// The start of Dioxus's first inline script, at the start of the content; that of the last one, after
/// it; and the end of both.
const FIRST_SCRIPT: &[u8] = b"<div id=\"main\"><script>";
pub const LAST_SCRIPT: &[u8] = b"<script>";
const END: &[u8] = b"</script>";

/// What this installation's pages may do. Cheap to clone.
#[derive(Clone)]
pub struct Policy {
    form_action: Arc<str>,
    pub https: bool,
}

impl Policy {
    /// `https` says whether the portal is reached over it; `hosted` are the origins of hosted payment
    /// pages besides Stripe's own.
    pub fn new<'a>(https: bool, hosted: impl IntoIterator<Item = &'a str>) -> Self {
        let origins: Vec<&str> = ["'self'"].into_iter().chain(STRIPE).chain(hosted).collect();
        Self { form_action: origins.join(" ").into(), https }
    }

    /// The Content-Security-Policy of this page.
    pub fn of_page(&self, html: &[u8]) -> HeaderValue {
        let mut scripts = String::from("'self' 'wasm-unsafe-eval'");
        for script in [first_script(html), last_script(html)].into_iter().flatten() {
            scripts += " 'sha256-";
            STANDARD.encode_string(Sha256::digest(script), &mut scripts);
            scripts.push('\'');
        }
        let policy = format!(
            "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; \
             connect-src 'self'; form-action {}; base-uri 'none'; frame-ancestors 'none'",
            self.form_action
        );
        HeaderValue::try_from(policy).unwrap_or(NOTHING)
    }
}

/// Sets the headers of every response. One without a `Cache-Control` must not be stored.
pub async fn headers(State(policy): State<Policy>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(X_FRAME_OPTIONS, DENY);
    headers.insert(REFERRER_POLICY, SAME_ORIGIN);
    headers.insert(CROSS_ORIGIN_OPENER_POLICY, SAME_ORIGIN);
    headers.insert(PERMISSIONS_POLICY, NO_DEVICES);
    if policy.https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(NOTHING);
    match headers.entry(CACHE_CONTROL) {
        Entry::Vacant(none) => {
            none.insert(NO_STORE);
        }
        // Assets were compressed at build time: a cache must not serve them to clients that can't
        // decompress them.
        Entry::Occupied(_) => {
            headers.entry(VARY).or_insert(BY_ENCODING);
        }
    }
    response
}

/// The text of the inline script at the start of the content.
fn first_script(html: &[u8]) -> Option<&[u8]> {
    let start = memmem::find(html, FIRST_SCRIPT)? + FIRST_SCRIPT.len();
    until_end(&html[start..])
}

/// The text of the page's last inline script.
fn last_script(html: &[u8]) -> Option<&[u8]> {
    let start = memmem::rfind(html, LAST_SCRIPT)? + LAST_SCRIPT.len();
    until_end(&html[start..])
}

fn until_end(rest: &[u8]) -> Option<&[u8]> {
    Some(&rest[..memmem::find(rest, END)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_in_the_content_is_not_allowed() {
        let page = b"<body><div id=\"main\"><script>one</script><p><script>evil</script></p>\
                     <script>two</script></div><script type=\"module\" src=\"/a.js\"></script>";
        assert_eq!(first_script(page), Some(&b"one"[..]));
        assert_eq!(last_script(page), Some(&b"two"[..]));
        let policy = Policy::new(true, []).of_page(page);
        let policy = policy.to_str().unwrap_or_default();
        assert_eq!(policy.matches("'sha256-").count(), 2, "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    }

    #[test]
    fn without_scripts_none_is_allowed() {
        assert_eq!((first_script(b"<p>"), last_script(b"<p>")), (None, None));
        assert_eq!(first_script(b"<div id=\"main\"><script>one"), None);
    }
}
