//! Every form carries its page's token, which another site can't know.

use crate::helpers::*;
use portal::ui::visit::FORM_TOKEN;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, REFERER};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

const TENANT: (&str, &str) = ("tenant_id", DEMO);

/// Every address that the pages' forms post to.
const FORMS: [&str; 18] = [
    "/logout",
    "/preferences",
    "/billing/checkout",
    "/billing/portal",
    "/billing/quantity",
    "/billing/withdraw",
    "/billing/cancel",
    "/billing/resume",
    "/billing/refresh",
    "/agents/create",
    "/agents/on",
    "/agents/off",
    "/agents/agent_1/on",
    "/agents/agent_1/off",
    "/agents/agent_1/rename",
    "/account/password",
    "/account/sessions/session_1/end",
    "/account/sign-out-everywhere",
];

/// A browser's `Accept` header.
const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// Sends a form with these cookies and this token.
async fn send(world: &World, path: &str, cookies: &str, token: &str) -> Response {
    let request = world.anonymous().request(Method::POST, path).header(COOKIE, cookies);
    let request = request.header(ACCEPT, BROWSER);
    let right = [("email", "owner@example.com"), ("password", "sandbox-owner")];
    let fields: Vec<_> = right.iter().chain(&[TENANT, (FORM_TOKEN, token)]).copied().collect();
    request.form(&fields).send().await.expect("an answer")
}

async fn page(answer: Response) -> String {
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    answer.text().await.expect("a page")
}

on_both_databases! {
    async fn no_form_does_anything_without_its_page_s_token(world: World) {
        let owner = world.subscribed(2).await;
        let stranger = world.person("stranger@example.com", "elsewhere", portal::model::Role::Owner);
        let (theirs, _) = stranger.await.form_token("/account").await;
        let (visitor_s, _) = world.anonymous().form_token("/login").await;
        let cookie = owner.cookie.clone().expect("a session");
        for form in FORMS {
            for token in ["", "nonsense", &theirs, &visitor_s] {
                let refused = send(&world, form, &cookie, token).await;
                assert!(page(refused).await.contains("Open the page again"), "{form} {token}");
            }
            let request = owner.request(Method::POST, form).json(&json!({"tenant_id": DEMO}));
            let answer = request.send().await.expect("an answer");
            Answer::from(answer).await.refused(403, "form_expired");
        }
        let tenant = owner.tenant().await;
        assert_eq!(tenant["subscription_status"], "trialing", "{tenant}");
        assert_eq!((&tenant["agent_quota"], &tenant["cancels_at"]), (&json!(2), &Value::Null));
    }

    async fn what_pages_call_takes_json_only_which_no_form_can_send(world: World) {
        let owner = world.subscribed(2).await;
        let body = json!({"tenant_id": DEMO, "email": "owner@example.com", "password": "x"});
        for path in ["/api/portal/billing/cancel", "/api/auth/login"] {
            for kind in ["text/plain", "application/x-www-form-urlencoded"] {
                let request = owner.request(Method::POST, path).header(CONTENT_TYPE, kind);
                let answer = request.body(body.to_string()).send().await.expect("an answer");
                Answer::from(answer).await.refused(415, "unsupported_media_type");
            }
        }
        assert_eq!(owner.tenant().await["cancels_at"], Value::Null);
    }

    async fn signing_in_takes_the_token_of_the_browser_s_own_page(world: World) {
        let attacker = world.anonymous().form_token("/login").await;
        let (token, cookies) = world.anonymous().form_token("/login").await;
        for (cookies, token) in [
            ("", ""),
            ("", token.as_str()),
            (&cookies, ""),
            (&cookies, &attacker.0),
            (&attacker.1, &token),
        ] {
            page(send(&world, "/login", cookies, token).await).await;
        }
        let signed_in = send(&world, "/login", &cookies, &token).await;
        assert_eq!((signed_in.status().as_u16(), location(&signed_in).as_str()), (303, "/billing"));

        // Another sign-in page of the same browser, opened earlier.
        let both = format!("{cookies}; {}", session_cookie(&signed_in));
        assert_eq!(send(&world, "/login", &both, &token).await.status(), 303);
        // A browser that has the cookie gets no other.
        let mut again = world.anonymous();
        again.cookie = Some(cookies.clone());
        assert_eq!(again.form_token("/login").await, (token, cookies));
    }

    async fn every_form_of_every_page_carries_the_token(world: World) {
        let owner = world.subscribed(2).await;
        owner.hire("Ada").await.ok();
        let quote = format!("/billing?tenant_id={DEMO}&seats=3");
        for path in ["/billing", &quote, "/agents", "/activity", "/account"] {
            let html = owner.html(path).await;
            let forms: Vec<&str> = html.split("<form").skip(1).collect();
            let posts = forms.iter().filter(|form| form.contains("method=\"post\""));
            assert!(posts.clone().count() > 1, "{path}: {html}");
            for form in posts {
                let form = form.split("</form>").next().unwrap_or_default();
                assert!(form.contains("name=\"form_token\" value=\""), "{path}: {form}");
            }
        }
    }

    async fn whoever_has_a_page_that_is_too_old_is_told_what_to_do(world: World) {
        let owner = world.owner().await;
        let (token, cookies) = owner.form_token("/account").await;
        let again = world.owner().await.cookie.expect("a session");
        let request = world.anonymous().request(Method::POST, "/billing/refresh");
        let request = request.header(COOKIE, again).header(ACCEPT_LANGUAGE, "de");
        let request = request.header(ACCEPT, BROWSER);
        let request = request.header(REFERER, format!("{}/agents?search=%3C", world.portal.url));
        let refused = request.form(&[(FORM_TOKEN, token.as_str())]).send().await;
        let html = page(refused.expect("an answer")).await;
        assert!(html.contains("lang=\"de\"") && html.contains("Seite neu öffnen"), "{html}");
        assert!(html.contains("href=\"/agents?search=%3C\""), "{html}");
        assert_eq!(send(&world, "/billing/refresh", &cookies, &token).await.status(), 303);
    }
}
