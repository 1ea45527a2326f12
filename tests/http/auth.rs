use crate::helpers::*;
use reqwest::Method;
use reqwest::header::SET_COOKIE;
use serde_json::json;

on_both_databases! {
    async fn signing_in_sets_a_cookie_that_scripts_and_other_sites_cannot_use(world: World) {
        let body = json!({"email": " Owner@Example.com ", "password": "sandbox-owner"});
        let person = world.anonymous();
        let answer = person.request(Method::POST, "/api/auth/login").json(&body).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 200);
        let cookie = answer.headers()[SET_COOKIE].to_str().expect("ASCII").to_owned();
        assert!(cookie.starts_with("portal_session="), "{cookie}");
        assert!(cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
        let token = session_cookie(&answer);
        assert!(token.len() > "portal_session=".len() + 40, "{token}");
    }

    async fn a_wrong_password_and_an_unknown_email_get_the_same_answer(world: World) {
        let person = world.anonymous();
        let wrong = json!({"email": "owner@example.com", "password": "nope"});
        let unknown = json!({"email": "nobody@example.com", "password": "nope"});
        let wrong = person.post("/api/auth/login", wrong).await;
        let unknown = person.post("/api/auth/login", unknown).await;
        assert_eq!(wrong.body, unknown.body);
        wrong.refused(401, "wrong_credentials");
    }

    async fn a_malformed_sign_in_says_what_is_missing(world: World) {
        let person = world.anonymous();
        person.post("/api/auth/login", json!({"email": "a@b.c"})).await.refused(422, "invalid");
        let request = person.request(Method::POST, "/api/auth/login");
        let request = request.header("content-type", "application/json").body("{");
        let answer = Answer::from(request.send().await.expect("an answer")).await;
        answer.refused(400, "malformed");
    }

    async fn an_email_that_can_be_none_is_only_wrong(world: World) {
        let person = world.anonymous();
        for email in ["a\u{0}b", &"x".repeat(5000), ""] {
            let body = json!({"email": email, "password": "nope"});
            person.post("/api/auth/login", body).await.refused(401, "wrong_credentials");
        }
    }

    async fn guessing_is_slowed_down_but_others_still_get_in(world: World) {
        let person = world.anonymous();
        for _ in 0..10 {
            let guess = json!({"email": "owner@example.com", "password": "guess"});
            person.post("/api/auth/login", guess).await.refused(401, "wrong_credentials");
        }
        let right = json!({"email": "owner@example.com", "password": "sandbox-owner"});
        let again = person.request(Method::POST, "/api/auth/login").json(&right);
        assert_eq!(again.send().await.expect("an answer").headers()["retry-after"], "900");
        person.post("/api/auth/login", right).await.refused(429, "too_many_attempts");
        world.person("else@example.com", "tenant_else", portal::model::Role::Owner).await;
    }

    async fn signing_out_ends_the_session_for_whoever_holds_its_cookie(world: World) {
        let owner = world.owner().await;
        owner.tenant().await;
        let answer = owner.post("/api/auth/logout", json!({})).await;
        assert_eq!(answer.status, 204);
        let path = format!("/api/portal/tenant?tenant_id={DEMO}");
        owner.get(&path).await.refused(401, "unauthenticated");
    }

    async fn the_database_holds_no_usable_token(world: World) {
        let owner = world.owner().await;
        let cookie = owner.cookie.clone().expect("a cookie");
        let (_, token) = cookie.split_once("portal_session=").expect("a token");
        let token = token.split(';').next().unwrap_or_default();
        let hash = portal::auth::token_hash(token);
        let kept = rows(&world.portal.db, "sessions").await;
        assert!(kept.iter().any(|row| row.contains(&hash)), "{kept:?}");
        assert!(!kept.iter().any(|row| row.contains(token)), "{kept:?}");
    }

    async fn a_session_ends_when_its_time_is_over_and_when_nobody_uses_it(world: World) {
        let path = format!("/api/portal/tenant?tenant_id={DEMO}");
        for column in ["expires_at", "last_seen_at"] {
            let owner = world.owner().await;
            owner.get(&path).await.ok();
            let past = format!("UPDATE sessions SET {column} = '2020-01-01 00:00:00'");
            world.sql(&past).await.expect("sql");
            owner.get(&path).await.refused(401, "unauthenticated");
        }
    }

    async fn the_sign_in_form_works_without_scripts(world: World) {
        let person = world.anonymous();
        let form = [("email", "owner@example.com"), ("password", "sandbox-owner"),
            ("next", "/agents?tenant_id=tenant_demo")];
        let answer = person.form("/login", &form).await.send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 303);
        assert_eq!(location(&answer), "/agents?tenant_id=tenant_demo");
        assert!(session_cookie(&answer).starts_with("portal_session="));

        let form = [("email", "owner@example.com"), ("password", "wrong"), ("next", "//evil.example")];
        let answer = person.form("/login", &form).await.send().await;
        let answer = answer.expect("an answer");
        let back = "/login?error=invalid&email=owner%40example.com&next=%2Fbilling";
        assert_eq!(location(&answer), back);
        assert!(!answer.headers().contains_key(SET_COOKIE));
    }

    async fn the_sign_out_form_ends_the_session(world: World) {
        let owner = world.owner().await;
        let answer = owner.form("/logout", &[]).await.send().await.expect("an answer");
        assert_eq!((answer.status().as_u16(), location(&answer).as_str()), (303, "/login"));
        owner.get(&format!("/api/portal/tenant?tenant_id={DEMO}")).await
            .refused(401, "unauthenticated");
    }
}
