//! An operator's own account: password, sessions, signing out everywhere.

use crate::helpers::*;
use chrono::{DateTime, TimeDelta, Utc};
use portal::model::Role;
use portal::store::NewSession;
use reqwest::Method;
use serde_json::{Value, json};

const ACCOUNT: &str = "/api/portal/account";
const EMAIL: &str = "owner@example.com";
const OLD: &str = "sandbox-owner";
const NEW: &str = "a much better secret";

/// The account's routes that change something, with valid bodies.
fn changes() -> [(String, Value); 3] {
    [
        (format!("{ACCOUNT}/password"), json!({"current_password": OLD, "new_password": NEW})),
        (format!("{ACCOUNT}/sessions/session_1/end"), json!({})),
        (format!("{ACCOUNT}/sign_out_everywhere"), json!({})),
    ]
}

async fn change_password(person: &Person, current: &str, new: &str) -> Answer {
    let body = json!({"current_password": current, "new_password": new});
    person.post(&format!("{ACCOUNT}/password"), body).await
}

/// Changes the password, which must succeed, and continues in the new session.
async fn changed(person: Person, current: &str, new: &str) -> Person {
    let body = json!({"current_password": current, "new_password": new});
    let request = person.request(Method::POST, &format!("{ACCOUNT}/password")).json(&body);
    let answer = request.send().await.expect("an answer");
    let person = Person { cookie: Some(session_cookie(&answer)), ..person };
    assert_eq!(Answer::from(answer).await.ok(), json!({}));
    person
}

async fn sessions(person: &Person) -> Vec<Value> {
    let account = person.get(ACCOUNT).await.ok();
    account["sessions"].as_array().expect("sessions").clone()
}

fn time(text: &Value) -> DateTime<Utc> {
    text.as_str().expect("a time").parse().expect("RFC 3339")
}

/// Signs in by the JSON route or by the form, with this `User-Agent`.
async fn sign_in_as(world: &World, user_agent: &[u8], by_form: bool) -> Person {
    let mut person = world.anonymous();
    let request = match by_form {
        true => person.form("/login", &[("email", EMAIL), ("password", OLD)]).await,
        false => {
            let body = json!({"email": EMAIL, "password": OLD});
            person.request(Method::POST, "/api/auth/login").json(&body)
        }
    };
    let answer = request.header("user-agent", user_agent).send().await.expect("an answer");
    person.cookie = Some(session_cookie(&answer));
    person
}

on_both_databases! {
    async fn nobody_has_an_account_without_a_session(world: World) {
        let nobody = world.anonymous();
        nobody.get(ACCOUNT).await.refused(401, "unauthenticated");
        for (path, body) in changes() {
            nobody.post(&path, body).await.refused(401, "unauthenticated");
        }
        assert!(world.owner().await.is_signed_in().await);
    }

    async fn another_site_cannot_end_sessions_or_change_the_password(world: World) {
        let owner = world.owner().await;
        for (path, body) in changes() {
            let request = owner.request(Method::POST, &path).header("sec-fetch-site", "cross-site");
            let answer = request.json(&body).send().await.expect("an answer");
            Answer::from(answer).await.refused(403, "cross_site");
        }
        assert!(owner.is_signed_in().await);
        world.owner().await;
    }

    async fn the_account_says_where_one_is_signed_in(world: World) {
        let first = sign_in_as(&world, b"Firefox on a desk", false).await;
        let second = sign_in_as(&world, b"Safari on a phone", true).await;
        world.person("colleague@example.com", DEMO, Role::Admin).await;

        let account = first.get(ACCOUNT).await.ok();
        assert_eq!((&account["email"], &account["name"]), (&json!(EMAIL), &json!("Olivia Owner")));
        let sessions = account["sessions"].as_array().expect("sessions");
        let seen: Vec<_> =
            sessions.iter().map(|one| (&one["user_agent"], &one["current"])).collect();
        assert_eq!(seen, [
            (&json!("Safari on a phone"), &json!(false)),
            (&json!("Firefox on a desk"), &json!(true)),
        ]);
        for one in sessions {
            assert!(one["id"].as_str().expect("an id").starts_with("session_"), "{one}");
            assert_eq!(time(&one["expires_at"]) - time(&one["created_at"]), TimeDelta::days(14));
        }
        let hash = |person: &Person| {
            let cookie = person.cookie.clone().expect("a cookie");
            portal::auth::token_hash(cookie.trim_start_matches("portal_session="))
        };
        for secret in [hash(&first), hash(&second)] {
            assert!(!account.to_string().contains(&secret));
        }
    }

    async fn a_user_agent_is_kept_short_and_clean(world: World) {
        let person = sign_in_as(&world, "x".repeat(1000).as_bytes(), true).await;
        assert_eq!(sessions(&person).await[0]["user_agent"], "x".repeat(256));
        let person = sign_in_as(&world, b"one\ttwo \xff", false).await;
        assert_eq!(sessions(&person).await[0]["user_agent"], "onetwo \u{fffd}");
        let person = sign_in_as(&world, b"", false).await;
        assert_eq!(sessions(&person).await[0]["user_agent"], Value::Null);
    }

    async fn when_a_session_was_last_used_is_noted_every_five_minutes(world: World) {
        let mut person = world.anonymous();
        person.cookie = Some("portal_session=a-token-of-the-test".to_owned());
        let token_hash = portal::auth::token_hash("a-token-of-the-test");
        let known = world.portal.db.credentials(EMAIL).await.expect("a query");
        let (operator_id, password_hash) = known.expect("the owner");
        let began = Utc::now() - TimeDelta::hours(1);
        let session = NewSession {
            id: &"session_of_the_test".parse().expect("an id"),
            token_hash: &token_hash,
            operator_id: &operator_id,
            password_hash: password_hash.as_deref(),
            user_agent: None,
            replaces: None,
            now: began,
            expires_at: began + TimeDelta::days(1),
        };
        let used_after = began - TimeDelta::hours(12);
        assert!(world.portal.db.create_session(&session, used_after).await.expect("a session"));

        let seen = async || {
            let seen = time(&sessions(&person).await[0]["last_seen_at"]);
            (seen > began + TimeDelta::minutes(50)).then_some(())
        };
        eventually("the session's use", seen).await;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        let settled = sessions(&person).await[0]["last_seen_at"].clone();
        for _ in 0..3 {
            assert!(person.is_signed_in().await);
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(sessions(&person).await[0]["last_seen_at"], settled);
    }

    async fn a_session_can_be_ended_from_another(world: World) {
        let here = world.owner().await;
        let there = world.owner().await;
        let id = sessions(&there).await[0]["id"].as_str().expect("an id").to_owned();
        let account = here.post(&format!("{ACCOUNT}/sessions/{id}/end"), json!({})).await.ok();
        let left = account["sessions"].as_array().expect("sessions");
        assert_eq!((left.len(), &left[0]["current"]), (1, &json!(true)));
        there.get(ACCOUNT).await.refused(401, "unauthenticated");
        let again = here.post(&format!("{ACCOUNT}/sessions/{id}/end"), json!({})).await;
        again.refused(404, "not_found");
    }

    async fn another_operator_s_session_is_not_there(world: World) {
        let owner = world.owner().await;
        let colleague = world.person("colleague@example.com", DEMO, Role::Owner).await;
        let id = sessions(&owner).await[0]["id"].as_str().expect("an id").to_owned();
        let path = format!("{ACCOUNT}/sessions/{id}/end");
        colleague.post(&path, json!({})).await.refused(404, "not_found");
        assert!(owner.is_signed_in().await);
        assert_eq!(sessions(&colleague).await.len(), 1);
    }

    async fn signing_out_everywhere_ends_every_session_of_the_operator_and_no_other(world: World) {
        let here = world.owner().await;
        let there = world.owner().await;
        let colleague = world.person("colleague@example.com", DEMO, Role::Owner).await;
        let done = here.post(&format!("{ACCOUNT}/sign_out_everywhere"), json!({})).await.ok();
        assert_eq!(done, json!({}));
        for person in [&here, &there] {
            person.get("/api/portal/viewer").await.refused(401, "unauthenticated");
        }
        assert!(colleague.is_signed_in().await);
        assert_eq!(sessions(&world.owner().await).await.len(), 1);
    }

    async fn a_new_password_ends_the_other_sessions_and_only_it_signs_in(world: World) {
        let here = world.owner().await;
        let there = world.owner().await;
        let colleague = world.person("colleague@example.com", DEMO, Role::Owner).await;
        let here = changed(here, OLD, NEW).await;
        assert!(here.is_signed_in().await);
        there.get(ACCOUNT).await.refused(401, "unauthenticated");
        assert!(colleague.is_signed_in().await);

        let old = json!({"email": EMAIL, "password": OLD});
        world.anonymous().post("/api/auth/login", old).await.refused(401, "wrong_credentials");
        assert!(world.sign_in(EMAIL, NEW).await.is_signed_in().await);
    }

    async fn a_wrong_current_password_changes_nothing_and_guessing_is_slowed_down(world: World) {
        let owner = world.owner().await;
        let there = world.owner().await;
        for _ in 0..10 {
            change_password(&owner, "a wrong guess", NEW).await.refused(422, "wrong_password");
        }
        change_password(&owner, OLD, NEW).await.refused(429, "too_many_attempts");
        // What was guessed in a session, perhaps a stolen one, holds up no other.
        assert!(there.is_signed_in().await);
        change_password(&there, OLD, NEW).await.ok();

        let colleague = world.person("colleague@example.com", DEMO, Role::Owner).await;
        change_password(&colleague, PASSWORD, NEW).await.ok();
    }

    async fn a_weak_password_is_refused_with_the_rule(world: World) {
        let owner = world.owner().await;
        let (short, long) = ("x".repeat(11), "é".repeat(1025));
        for weak in ["", &short, &long, EMAIL, " Owner@Example.com ", OLD] {
            let answer = change_password(&owner, OLD, weak).await;
            let message = answer.body["error"]["message"].as_str().expect("a message").to_owned();
            assert!(message.contains("12 to 1024 characters"), "{message}");
            answer.refused(422, "weak_password");
        }
        world.owner().await;

        // Characters count, not bytes, and none is forbidden or cut off.
        let longest = format!("{} ", "é".repeat(1023));
        let owner = changed(owner, OLD, &longest).await;
        change_password(&owner, longest.trim_end(), NEW).await.refused(422, "wrong_password");
        change_password(&owner, &longest, "日本語の秘密の言葉です。").await.ok();
    }

    async fn of_two_changes_at_once_one_counts(world: World) {
        let (here, there) = (world.owner().await, world.owner().await);
        let (one, other) = tokio::join!(
            change_password(&here, OLD, "the first new password"),
            change_password(&there, OLD, "the second new password"),
        );
        let winner = match (one.status.as_u16(), other.status.as_u16()) {
            (200, _) => "the first new password",
            (_, 200) => "the second new password",
            statuses => panic!("{statuses:?}"),
        };
        assert_ne!(one.status, other.status);
        assert_eq!(sessions(&world.sign_in(EMAIL, winner).await).await.len(), 2);
    }

    async fn no_session_of_the_old_password_outlives_it(world: World) {
        let owner = world.owner().await;
        let sign_ins = (0..6).map(|_| async {
            let person = world.anonymous();
            let body = json!({"email": EMAIL, "password": OLD});
            person.request(Method::POST, "/api/auth/login").json(&body).send().await
        });
        let (owner, answers) = tokio::join!(
            changed(owner, OLD, NEW),
            futures_util::future::join_all(sign_ins),
        );
        for answer in answers {
            let answer = answer.expect("an answer");
            if answer.status() == 200 {
                let mut person = world.anonymous();
                person.cookie = Some(session_cookie(&answer));
                person.get(ACCOUNT).await.refused(401, "unauthenticated");
            } else {
                assert_eq!(answer.status(), 401);
            }
        }
        assert_eq!(sessions(&owner).await.len(), 1);
    }

    async fn an_account_s_bodies_that_make_no_sense_are_refused(world: World) {
        let owner = world.owner().await;
        let path = format!("{ACCOUNT}/password");
        owner.post(&path, json!({"current_password": OLD})).await.refused(422, "invalid");
        owner.post(&path, json!([])).await.refused(422, "invalid");
        let path = format!("{ACCOUNT}/sessions/no%20id/end");
        let answer = owner.post(&path, json!({})).await;
        assert!(answer.status.is_client_error(), "{}: {}", answer.status, answer.body);
    }
}
