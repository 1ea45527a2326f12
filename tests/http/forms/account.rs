//! The account page's forms.

use super::*;
use reqwest::header::SET_COOKIE;

const NEW: &str = "a much better secret";

/// How many sessions the page offers to end.
fn ends(html: &str) -> usize {
    html.matches("action=\"/account/sessions/").count()
}

/// The id of the first one.
fn first_session(html: &str) -> String {
    let (_, rest) = html.split_once("action=\"/account/sessions/").expect("a session");
    rest.split_once("/end\"").expect("its end").0.to_owned()
}

on_both_databases! {
    async fn the_password_is_changed_and_never_shown(world: World) {
        let (owner, other) = (world.owner().await, world.owner().await);
        let form = |current, new| [TENANT, ("current_password", current), ("new_password", new)];
        let weak = owner.submit("/account/password", &form("sandbox-owner", "short-one")).await;
        assert_eq!(weak.to, format!("/account?tenant_id={DEMO}"));
        weak.says("Choose a new password of at least 12 characters");
        let wrong = owner.submit("/account/password", &form("not-the-password", NEW)).await;
        wrong.says("The current password is not right.").says("aria-invalid=\"true\"");
        for secret in ["short-one", "not-the-password", NEW, "sandbox-owner"] {
            assert!(!weak.html.contains(secret) && !wrong.html.contains(secret), "{secret}");
        }
        let request = owner.form("/account/password", &form("a-typo-of-it", NEW)).await;
        let answer = request.send().await.expect("an answer");
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let value = cookie.to_str().expect("ASCII").split(['=', ';']).nth(1).expect("a value");
            let said = read_base64(value);
            assert!(said.contains("wrong_password") && !said.contains("a-typo") && !said.contains(NEW));
        }
        assert_eq!(other.get("/api/portal/viewer").await.status, 200);

        let landing = owner.submit("/account/password", &form("sandbox-owner", NEW)).await;
        landing.says("Password changed.").says("This session");
        assert_eq!(ends(&landing.html), 0);
        other.get("/api/portal/viewer").await.refused(401, "unauthenticated");
        world.sign_in("owner@example.com", NEW).await;
    }

    async fn the_account_page_lists_the_sessions_and_ends_them(world: World) {
        let here = world.owner().await;
        let chromium = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                        Chrome/142.0.0.0 Safari/537.36";
        let fields = [("email", "owner@example.com"), ("password", "sandbox-owner")];
        let request = world.anonymous().form("/login", &fields).await;
        let request = request.header("user-agent", chromium);
        let mut there = world.anonymous();
        there.cookie = Some(session_cookie(&request.send().await.expect("an answer")));

        let html = here.html("/account").await;
        for text in ["Olivia Owner", "owner@example.com", "Chrome on Linux", "Unknown device",
            "This session", "End the session of Chrome on Linux", "Deutsch", "Signed in "] {
            assert!(html.contains(text), "{text}: {html}");
        }
        assert_eq!(ends(&html), 1);
        let path = format!("/account/sessions/{}/end", first_session(&html));
        let colleague = world.person("colleague@example.com", DEMO, Role::Owner).await;
        colleague.submit(&path, &[]).await.says("there any more");
        let landing = here.submit(&path, &[]).await;
        assert_eq!(landing.to, "/account");
        landing.says("The session has ended.");
        assert_eq!(ends(&landing.html), 0);
        there.get("/api/portal/viewer").await.refused(401, "unauthenticated");
        here.submit(&path, &[]).await.says("there any more");
    }

    async fn signing_out_everywhere_leads_to_the_sign_in_page(world: World) {
        let (here, there) = (world.owner().await, world.owner().await);
        let request = here.form("/account/sign-out-everywhere", &[TENANT]).await;
        let answer = request.send().await.expect("an answer");
        assert_eq!((answer.status().as_u16(), location(&answer).as_str()), (303, "/login"));
        let cookie = answer.headers()[SET_COOKIE].to_str().expect("ASCII").to_owned();
        assert!(cookie.starts_with("portal_session=;") && cookie.contains("Max-Age=0"), "{cookie}");
        for person in [&here, &there] {
            person.get("/api/portal/viewer").await.refused(401, "unauthenticated");
        }
    }

    async fn nobody_s_account_forms_lead_to_the_sign_in_page_and_back(world: World) {
        world.owner().await;
        let nobody = world.anonymous();
        let fields = [("current_password", "sandbox-owner"), ("new_password", NEW)];
        for path in ["password", "sessions/session_1/end", "sign-out-everywhere"] {
            let landing = nobody.submit(&format!("/account/{path}"), &fields).await;
            assert_eq!(landing.to, "/login?next=%2Faccount", "{path}");
        }
        world.owner().await;
    }
}

/// The content of a cookie.
fn read_base64(value: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let bytes = URL_SAFE_NO_PAD.decode(value).expect("base64");
    String::from_utf8(bytes).expect("text")
}
