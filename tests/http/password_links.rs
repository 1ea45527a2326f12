//! `portal operator reset`, and the link it prints.

use crate::helpers::*;
use reqwest::header::SET_COOKIE;
use serde_json::json;

const EMAIL: &str = "owner@example.com";
const NEW: &str = "quite another password";

/// The path of a reset link for the demo's owner.
async fn reset(world: &World) -> String {
    let link = world.command(&["operator", "reset", EMAIL]).await.line();
    link.strip_prefix(&world.portal.url).expect("a link of the portal's").to_owned()
}

async fn choose(world: &World, path: &str, password: &str) -> (u16, String) {
    let request = world.anonymous().form(path, &[("password", password)]).await;
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    assert_eq!(answer.headers().contains_key(SET_COOKIE), status == 303);
    (status, answer.text().await.expect("a page"))
}

on_both_databases! {
    async fn a_reset_ends_every_session_and_only_the_new_password_signs_in(world: World) {
        let owner = world.owner().await;
        let colleague = world.person("colleague@example.com", DEMO, portal::model::Role::Owner).await;
        let path = reset(&world).await;
        let page = world.anonymous().html(&path).await;
        assert!(page.contains("Choose a password") && page.contains(EMAIL), "{page}");
        owner.get("/api/portal/viewer").await.ok();

        let landing = world.anonymous().submit(&path, &[("password", NEW)]).await;
        assert_eq!(landing.to, "/billing");
        landing.says("Password changed.").says("Olivia Owner");
        owner.get("/api/portal/viewer").await.refused(401, "unauthenticated");
        colleague.get("/api/portal/viewer").await.ok();
        let old = json!({"email": EMAIL, "password": "sandbox-owner"});
        world.anonymous().post("/api/auth/login", old).await.refused(401, "wrong_credentials");
        world.sign_in(EMAIL, NEW).await;

        let (status, page) = choose(&world, &path, "a third password").await;
        assert!(status == 404 && page.contains("This link can&#39;t be used"), "{status}: {page}");
        world.sign_in(EMAIL, NEW).await;
    }

    async fn a_weak_password_leaves_the_link_usable(world: World) {
        let path = reset(&world).await;
        for weak in ["", "short", EMAIL] {
            let (status, page) = choose(&world, &path, weak).await;
            assert!(status == 422 && page.contains("other than your email"), "{status}: {page}");
        }
        assert_eq!(choose(&world, &path, NEW).await.0, 303);
    }

    async fn a_password_s_link_works_for_an_hour_and_until_the_next(world: World) {
        let first = reset(&world).await;
        let second = reset(&world).await;
        assert_eq!(choose(&world, &first, NEW).await.0, 404);
        let token = second.strip_prefix("/password/").expect("a token");
        let hash = portal::auth::token_hash(token);
        let usable = async |minutes| {
            let at = chrono::Utc::now() + chrono::TimeDelta::minutes(minutes);
            world.portal.db.reset(&hash, at).await.expect("a query").is_some()
        };
        assert!(usable(59).await && !usable(61).await);
        assert!(world.portal.db.reset(token, chrono::Utc::now()).await.expect("a query").is_none());
        world.sign_in(EMAIL, "sandbox-owner").await;
        assert_eq!(choose(&world, &second, NEW).await.0, 303);
    }

    async fn a_link_is_void_once_a_password_was_chosen_otherwise_or_all_was_ended(world: World) {
        let path = reset(&world).await;
        let owner = world.owner().await;
        let change = json!({"current_password": "sandbox-owner", "new_password": NEW});
        owner.post("/api/portal/account/password", change).await.ok();
        assert_eq!(choose(&world, &path, "a third password").await.0, 404);
        let path = reset(&world).await;
        let owner = world.sign_in(EMAIL, NEW).await;
        owner.post("/api/portal/account/sign_out_everywhere", json!({})).await;
        assert_eq!(choose(&world, &path, "a third password").await.0, 404);
        world.sign_in(EMAIL, NEW).await;
    }
}
