//! What browsers are told to allow, and what may be cached.

use crate::helpers::*;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const PAGES: [&str; 6] = ["/billing", "/agents", "/activity", "/account", "/login", "/nowhere"];

async fn get(person: &Person, path: &str) -> Response {
    let request = person.request(Method::GET, path).header("accept", "text/html");
    request.send().await.expect("an answer")
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().expect("ASCII"))
}

/// A directive of the response's Content-Security-Policy.
fn directive(answer: &Response, name: &str) -> String {
    let policy = header(answer, "content-security-policy").to_owned();
    let mut directives = policy.split("; ").filter_map(|one| one.split_once(' '));
    let found = directives.find(|(directive, _)| *directive == name);
    found.unwrap_or_else(|| panic!("no {name}: {policy}")).1.to_owned()
}

/// The contents of a page's inline scripts.
fn inline_scripts(html: &str) -> Vec<&str> {
    html.split("<script>").skip(1).filter_map(|rest| rest.split("</script>").next()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_run_what_is_the_portal_s_own_and_two_inline_scripts_by_their_hashes() {
    let world = World::on_sqlite().await;
    let (owner, nobody) = (world.subscribed(2).await, world.anonymous());
    for path in PAGES {
        let person = if path == "/login" { &nobody } else { &owner };
        let answer = get(person, path).await;
        assert_eq!(directive(&answer, "default-src"), "'none'", "{path}");
        assert_eq!(directive(&answer, "style-src"), "'self'");
        assert_eq!(directive(&answer, "connect-src"), "'self'");
        assert_eq!(directive(&answer, "img-src"), "'self' data:");
        assert_eq!(directive(&answer, "base-uri"), "'none'");
        assert_eq!(directive(&answer, "frame-ancestors"), "'none'");
        let scripts = directive(&answer, "script-src");
        let html = answer.text().await.expect("a page");
        let inline = inline_scripts(&html);
        assert_eq!(inline.len(), 2, "{path}: {html}");
        let hashes = inline.iter().map(|script| STANDARD.encode(Sha256::digest(script)));
        let hashes: Vec<String> = hashes.map(|hash| format!("'sha256-{hash}'")).collect();
        assert_eq!(scripts, format!("'self' 'wasm-unsafe-eval' {}", hashes.join(" ")), "{path}");
        // Nothing that the policy would block.
        for inline in [" style=\"", " onclick=\"", " onsubmit=\"", "javascript:", "<style"] {
            assert!(!html.contains(inline), "{inline} on {path}: {html}");
        }
    }
}

/// The data of this name that a page carries for its scripts.
fn brought(html: &str, name: &str) -> Value {
    let begins = format!("<script type=\"application/json\" id=\"data-{name}\">");
    let (_, rest) = html.split_once(&begins).unwrap_or_else(|| panic!("no {name}: {html}"));
    let (json, _) = rest.split_once("</script>").expect("its end");
    serde_json::from_str(json).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_would_be_a_script_is_data_wherever_the_page_has_it() {
    const NAME: &str = "</script><script>alert(1)</script><!--";
    let world = World::on_sqlite().await;
    let owner = world.subscribed(2).await;
    owner.hire(NAME).await.ok();
    let html = get(&owner, "/agents").await.text().await.expect("a page");
    assert_eq!(brought(&html, "agents")["Ok"]["agents"][0]["name"], NAME);
    assert_eq!(inline_scripts(&html).len(), 2, "{html}");
    assert!(!html.contains("<script>alert") && !html.contains("<!--\""), "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_may_lead_to_stripe_s_pages_and_nowhere_else() {
    const CUSTOM: Environment = &[("STRIPE_CUSTOM_DOMAIN", "pay.example.com")];
    let world = World::on_sqlite_with(CUSTOM).await;
    let answer = get(&world.anonymous(), "/login").await;
    let expected = format!(
        "'self' https://checkout.stripe.com https://billing.stripe.com {} https://pay.example.com",
        world.sandbox()
    );
    assert_eq!(directive(&answer, "form-action"), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_says_what_browsers_may_not_do_with_it() {
    let world = World::on_sqlite().await;
    let owner = world.owner().await;
    let paths = ["/billing", "/", "/healthz", "/api/portal/viewer", "/api/nowhere", "/nowhere"];
    for path in paths {
        let answer = get(&owner, path).await;
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header(&answer, "x-frame-options"), "DENY", "{path}");
        assert_eq!(header(&answer, "referrer-policy"), "same-origin", "{path}");
        assert_eq!(header(&answer, "cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(header(&answer, "permissions-policy").contains("camera=()"), "{path}");
        assert_eq!(directive(&answer, "default-src"), "'none'", "{path}");
        assert_eq!(directive(&answer, "frame-ancestors"), "'none'", "{path}");
        assert!(!answer.headers().contains_key("strict-transport-security"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_on_https_is_only_reached_by_it() {
    const HTTPS: Environment = &[("PORTAL_URL", "https://portal.example.com")];
    let world = World::on_sqlite_with(HTTPS).await;
    for path in ["/login", "/", "/api/portal/viewer"] {
        let answer = get(&world.anonymous(), path).await;
        assert_eq!(header(&answer, "strict-transport-security"), "max-age=63072000", "{path}");
    }
    let answer = get(&world.anonymous(), "/login").await;
    let cookie = header(&answer, "set-cookie");
    assert!(
        cookie.starts_with("__Host-portal_visitor=") && cookie.contains("; Secure"),
        "{cookie}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_somebody_s_own_may_be_kept() {
    let world = World::on_sqlite().await;
    let owner = world.owner().await;
    for path in ["/billing", "/", "/nowhere", "/api/portal/viewer", "/api/nowhere"] {
        assert_eq!(header(&get(&owner, path).await, "cache-control"), "no-store", "{path}");
    }
    assert_eq!(header(&owner.listen(DEMO).await, "cache-control"), "no-store");
    let signed_in = json!({"email": "owner@example.com", "password": "sandbox-owner"});
    let signed_in = owner.request(Method::POST, "/api/auth/login").json(&signed_in);
    let signed_in = signed_in.send().await.expect("an answer");
    assert_eq!(header(&signed_in, "cache-control"), "no-store");
    let redirected = owner.form("/billing/refresh", &[("tenant_id", DEMO)]).await;
    let redirected = redirected.send().await.expect("an answer");
    assert_eq!(
        (redirected.status().as_u16(), header(&redirected, "cache-control")),
        (303, "no-store")
    );
}
