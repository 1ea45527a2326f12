//! Invitations: created on the command line, accepted in a browser without scripts.

use crate::helpers::*;
use crate::people::told;
use portal::model::Role;
use portal::ui::visit::FORM_TOKEN;
use reqwest::header::{ACCEPT_LANGUAGE, SET_COOKIE};
use reqwest::{Method, Response};

const NEW: [(&str, &str); 2] = [("name", "Ada Lovelace"), ("password", PASSWORD)];

/// Invites a person to the demo's tenant; returns the link's path.
async fn invite(world: &World, email: &str, role: &str) -> String {
    let invite = ["operator", "invite", email, "--tenant", DEMO, "--role", role];
    let link = world.command(&invite).await.line();
    link.strip_prefix(&world.portal.url).expect("a link of the portal's").to_owned()
}

/// Sends the link's form; returns the response.
async fn send(person: &Person, path: &str, fields: &[(&str, &str)]) -> Response {
    person.form(path, fields).await.send().await.expect("an answer")
}

/// Accepts by the link, which must work; returns the person signed in.
async fn enters(mut person: Person, path: &str, fields: &[(&str, &str)]) -> Person {
    let answer = send(&person, path, fields).await;
    assert_eq!(answer.status(), 303, "{:?}", answer.text().await);
    assert_eq!(location(&answer), format!("/billing?tenant_id={DEMO}"));
    person.cookie = Some(session_cookie(&answer));
    person
}

/// Asserts that the link does not work; returns its page with the tokens replaced.
pub async fn unusable(person: &Person, path: &str) -> String {
    let answer = person.request(Method::GET, path).send().await.expect("an answer");
    assert_eq!(answer.status(), 404);
    let html = answer.text().await.expect("a page");
    assert!(html.contains("This link can&#39;t be used"), "{html}");
    assert!(html.contains("Ask whoever sent it to you for a new one."), "{html}");
    let sent = send(person, path, &NEW).await;
    assert_eq!(sent.status(), 404);
    assert!(!sent.headers().contains_key(SET_COOKIE));
    let (_, token) = path.rsplit_once('/').expect("a token");
    html.replace(token, "TOKEN").replace(&hidden(&html, FORM_TOKEN), "FORM_TOKEN")
}

async fn role(person: &Person, tenant: &str) -> String {
    let viewer = person.get("/api/portal/viewer").await.ok();
    let tenants = viewer["tenants"].as_array().expect("tenants").clone();
    let one = tenants.iter().find(|one| one["tenant_id"] == tenant).expect("a membership");
    one["role"].as_str().expect("a role").to_owned()
}

on_both_databases! {
    async fn an_invitation_lets_somebody_new_in_once(world: World) {
        let path = invite(&world, " Ada@Example.com", "member").await;
        let page = world.anonymous().html(&path).await;
        for text in ["Join Demo Company", "You are invited to Demo Company as member.",
            "value=\"ada@example.com\"", "Your name"] {
            assert!(page.contains(text), "{text}: {page}");
        }
        let ada = enters(world.anonymous(), &path, &NEW).await;
        assert_eq!(role(&ada, DEMO).await, "member");
        assert_eq!(told(&ada, DEMO).await, [
            "operator_invited by portal: -, member",
            "operator_joined by Ada Lovelace: Ada Lovelace, member",
        ]);
        let timeline = ada.html("/activity").await;
        assert!(timeline.contains("Somebody new is invited as member"), "{timeline}");
        unusable(&world.anonymous(), &path).await;
        world.sign_in("ada@example.com", PASSWORD).await;
    }

    async fn somebody_with_an_account_signs_in_to_accept(world: World) {
        world.person("ada@example.com", "tenant_other", Role::Owner).await;
        let path = invite(&world, "ada@example.com", "admin").await;
        let page = world.anonymous().html(&path).await;
        assert!(page.contains("Sign in to accept") && !page.contains("Your name"), "{page}");
        for wrong in [&[("password", "a wrong guess")] as &[(&str, &str)], &[("password", "")], &NEW] {
            let answer = send(&world.anonymous(), &path, wrong).await;
            assert_eq!(answer.status(), 401);
            let page = answer.text().await.expect("a page");
            assert!(page.contains("That password is not right."), "{page}");
        }
        let ada = enters(world.anonymous(), &path, &[("password", PASSWORD)]).await;
        assert_eq!(role(&ada, DEMO).await, "admin");
        assert_eq!(role(&ada, "tenant_other").await, "owner");
        assert_eq!(told(&ada, DEMO).await[0], "operator_invited by portal: ada@example.com, admin");
        unusable(&world.anonymous(), &path).await;
    }

    async fn whoever_is_signed_in_accepts_by_a_button_and_gets_another_session(world: World) {
        let ada = world.person("ada@example.com", "tenant_other", Role::Owner).await;
        let before = ada.cookie.clone();
        let path = invite(&world, "ada@example.com", "owner").await;
        let page = ada.html(&path).await;
        assert!(page.contains("You are signed in as ada@example.com."), "{page}");
        let ada = enters(ada, &path, &[]).await;
        assert_ne!(ada.cookie, before);
        assert_eq!(role(&ada, DEMO).await, "owner");
        let old = Person { cookie: before, ..world.anonymous() };
        old.get("/api/portal/viewer").await.refused(401, "unauthenticated");
    }

    async fn somebody_else_s_session_accepts_nothing(world: World) {
        world.person("ada@example.com", "tenant_other", Role::Owner).await;
        let path = invite(&world, "ada@example.com", "owner").await;
        let bob = world.person("bob@example.com", "tenant_bob", Role::Owner).await;
        let page = bob.html(&path).await;
        assert!(page.contains("Sign in to accept"), "{page}");
        let answer = send(&bob, &path, &[]).await;
        assert_eq!(answer.status(), 200);
        let page = answer.text().await.expect("a page");
        assert!(page.contains("Sign in to accept") && !page.contains("role=\"alert\""), "{page}");
        let ada = enters(bob, &path, &[("password", PASSWORD)]).await;
        let viewer = ada.get("/api/portal/viewer").await.ok();
        assert_eq!(viewer["email"], "ada@example.com");
    }

    async fn whose_session_ended_meanwhile_is_asked_to_sign_in_and_has_guessed_nothing(world: World) {
        let ada = world.person("ada@example.com", "tenant_other", Role::Owner).await;
        let path = invite(&world, "ada@example.com", "member").await;
        assert!(ada.html(&path).await.contains("You are signed in as ada@example.com."));
        ada.post("/api/auth/logout", serde_json::json!({})).await;
        // More often than the limit on password guesses.
        for _ in 0..11 {
            let answer = send(&ada, &path, &[]).await;
            assert_eq!(answer.status(), 200);
            let page = answer.text().await.expect("a page");
            assert!(page.contains("Sign in to accept") && page.contains("name=\"password\""), "{page}");
            assert!(!page.contains("role=\"alert\"") && !page.contains("single sign-on"), "{page}");
        }
        enters(world.anonymous(), &path, &[("password", PASSWORD)]).await;
    }

    async fn an_invitation_lowers_nobody_and_raises_nobody_who_was_lowered_since(world: World) {
        let lower = invite(&world, "owner@example.com", "member").await;
        let owner = enters(world.owner().await, &lower, &[]).await;
        assert_eq!(role(&owner, DEMO).await, "owner");
        let last = told(&owner, DEMO).await.pop();
        assert_eq!(last.as_deref(), Some("operator_invited by portal: Olivia Owner, member"));

        let higher = invite(&world, "ada@example.com", "owner").await;
        let add = ["operator", "add", "ada@example.com", "--name", "Ada", "--tenant", DEMO,
            "--role", "member", "--password-stdin"];
        world.command_given(PASSWORD, &add).await.done();
        unusable(&world.anonymous(), &higher).await;
    }

    async fn a_second_invitation_takes_the_place_of_the_first(world: World) {
        let first = invite(&world, "ada@example.com", "owner").await;
        let elsewhere = invite(&world, "bob@example.com", "member").await;
        let second = invite(&world, "ada@example.com", "member").await;
        unusable(&world.anonymous(), &first).await;
        let ada = enters(world.anonymous(), &second, &NEW).await;
        assert_eq!(role(&ada, DEMO).await, "member");
        enters(world.anonymous(), &elsewhere, &NEW).await;
    }

    async fn a_link_that_expired_was_used_or_is_made_up_says_the_same(world: World) {
        let used = invite(&world, "ada@example.com", "member").await;
        enters(world.anonymous(), &used, &NEW).await;
        let expired = invite(&world, "bob@example.com", "member").await;
        let (yesterday, week) = ("'2026-01-01 00:00:00'", "expires_at < '2026-01-02 00:00:00'");
        let expire = format!("UPDATE invitations SET expires_at = {yesterday}");
        world.sql(&expire).await.expect("an update");
        let nobody = world.anonymous();
        let page = unusable(&nobody, &expired).await;
        assert_eq!(unusable(&nobody, &used).await, page);
        assert_eq!(unusable(&nobody, "/invitation/made-up").await, page);
        // The next invitation deletes the expired one.
        invite(&world, "cleo@example.com", "member").await;
        let left = world.sql(&format!("DELETE FROM invitations WHERE {week}")).await;
        assert_eq!(left.expect("a count"), 0);
    }

    async fn a_weak_password_and_a_name_that_is_none_are_refused_beside_what_was_typed(world: World) {
        let path = invite(&world, "ada@example.com", "member").await;
        for (fields, says) in [
            ([("name", "Ada Lovelace"), ("password", "short")], "at least 12 characters"),
            ([("name", "Ada Lovelace"), ("password", "Ada@example.com ")], "at least 12 characters"),
            ([("name", " "), ("password", PASSWORD)], "Enter a name of 1 to 80 characters"),
        ] {
            let answer = send(&world.anonymous(), &path, &fields).await;
            assert_eq!(answer.status(), 422);
            let page = answer.text().await.expect("a page");
            assert!(page.contains("role=\"alert\"") && page.contains(says), "{page}");
            assert!(page.contains(&format!("value=\"{}\"", fields[0].1)), "{page}");
            assert!(!page.contains(PASSWORD), "{page}");
        }
        enters(world.anonymous(), &path, &NEW).await;
    }

    async fn of_two_who_accept_at_once_one_gets_in(world: World) {
        let path = invite(&world, "ada@example.com", "member").await;
        let (one, other) = (world.anonymous(), world.anonymous());
        let (one, other) = tokio::join!(send(&one, &path, &NEW), send(&other, &path, &NEW));
        let mut statuses = [one.status().as_u16(), other.status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 303);
        assert!([401, 404].contains(&statuses[1]), "{statuses:?}");
    }

    async fn a_link_s_page_speaks_german_and_loads_no_scripts(world: World) {
        let path = invite(&world, "ada@example.com", "admin").await;
        let request = world.anonymous().request(Method::GET, &path).header(ACCEPT_LANGUAGE, "de");
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let page = answer.text().await.expect("a page");
        for text in ["<html lang=\"de\">", "Demo Company beitreten", "Rolle: Admin", "Mindestens 12 Zeichen"] {
            assert!(page.contains(text), "{text}: {page}");
        }
        assert!(page.contains("<title>Demo Company beitreten · Portal</title>"), "{page}");
        assert!(!page.contains("<script"), "{page}");
    }

    async fn the_database_holds_no_usable_link(world: World) {
        let path = invite(&world, "ada@example.com", "member").await;
        let token = path.strip_prefix("/invitation/").expect("a token");
        assert!(token.len() > 40, "{token}");
        let hash = portal::auth::token_hash(token);
        let kept = rows(&world.portal.db, "invitations").await;
        assert!(kept.iter().any(|row| row.contains(&hash)), "{kept:?}");
        assert!(!kept.iter().any(|row| row.contains(token)), "{kept:?}");
    }

    async fn another_site_cannot_accept_an_invitation(world: World) {
        let path = invite(&world, "owner@example.com", "member").await;
        let owner = world.owner().await;
        let request = owner.form(&path, &[]).await.header("sec-fetch-site", "cross-site");
        let answer = Answer::from(request.send().await.expect("an answer")).await;
        answer.refused(403, "cross_site");
        assert_eq!(role(&owner, DEMO).await, "owner");
    }
}
