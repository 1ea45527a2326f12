//! How sessions start and end.

use crate::helpers::*;
use chrono::{TimeDelta, Utc};
use reqwest::Method;
use reqwest::header::SET_COOKIE;
use serde_json::json;
use std::collections::BTreeMap;

const ONE_HOUR: Environment = &[("SESSION_IDLE_HOURS", "1")];

/// Moves the last use of all sessions this many minutes into the past.
async fn minutes_pass(world: &World, minutes: i64) {
    let seen = (Utc::now() - TimeDelta::minutes(minutes)).naive_utc();
    let statement = format!("UPDATE sessions SET last_seen_at = '{seen}'");
    world.sql(&statement).await.expect("an update");
}

on_both_databases! {
    async fn a_session_ends_that_nobody_uses(world: World, ONE_HOUR) {
        let owner = world.owner().await;
        minutes_pass(&world, 58).await;
        assert!(owner.is_signed_in().await);
        // Use is recorded in the background, and extends the session.
        let path = "/api/portal/account";
        let minute_ago = (Utc::now() - TimeDelta::minutes(1)).to_rfc3339();
        eventually("the use is recorded", async || {
            let seen = owner.get(path).await.ok()["sessions"][0]["last_seen_at"].clone();
            (seen.as_str() >= Some(minute_ago.as_str())).then_some(())
        })
        .await;
        let other = world.owner().await;
        minutes_pass(&world, 61).await;
        for idle in [&owner, &other] {
            idle.get("/api/portal/viewer").await.refused(401, "unauthenticated");
            let page = idle.request(Method::GET, "/billing").send().await.expect("an answer");
            assert_eq!(location(&page), "/login?next=%2Fbilling");
        }
        let account = world.owner().await.get(path).await.ok();
        assert_eq!(account["sessions"].as_array().map(Vec::len), Some(1));
        // The others are gone, not only hidden.
        assert_eq!(world.sql("UPDATE sessions SET id = id").await, Ok(1));
    }

    async fn signing_in_ends_the_session_that_was_there_before(world: World) {
        let before = world.owner().await;
        let elsewhere = world.owner().await;
        let fields = json!({"email": "owner@example.com", "password": "sandbox-owner"});
        let mut now = world.anonymous();
        let again = before.request(Method::POST, "/api/auth/login").json(&fields).send().await;
        now.cookie = Some(session_cookie(&again.expect("an answer")));
        assert_ne!(now.cookie, before.cookie);
        assert!(!before.is_signed_in().await);
        assert!(elsewhere.is_signed_in().await);

        let fields = [("email", "owner@example.com"), ("password", "sandbox-owner")];
        let again = now.form("/login", &fields).await.send().await;
        let mut last = world.anonymous();
        last.cookie = Some(session_cookie(&again.expect("an answer")));
        assert!(!now.is_signed_in().await);
        assert!(last.is_signed_in().await);
    }

    async fn a_stolen_cookie_is_worth_nothing_once_the_password_changes(world: World) {
        let passwords = ["sandbox-owner", "a much better secret", "another good secret"];
        let mut person = world.owner().await;
        for (change, by_form) in passwords.windows(2).zip([false, true]) {
            let fields = [("current_password", change[0]), ("new_password", change[1])];
            let request = match by_form {
                true => person.form("/account/password", &fields).await,
                false => {
                    let path = "/api/portal/account/password";
                    person.request(Method::POST, path).json(&BTreeMap::from(fields))
                }
            };
            let answer = request.send().await.expect("an answer");
            let set: Vec<&str> = answer
                .headers()
                .get_all(SET_COOKIE)
                .iter()
                .filter_map(|cookie| cookie.to_str().ok()?.split('=').next())
                .collect();
            assert_eq!(set, ["portal_session", "portal_device", "portal_notice"], "{by_form}");
            let stolen = person;
            person = Person { cookie: Some(session_cookie(&answer)), ..world.anonymous() };
            stolen.get("/api/portal/viewer").await.refused(401, "unauthenticated");
            let account = person.get("/api/portal/account").await.ok();
            assert_eq!(account["sessions"].as_array().map(Vec::len), Some(1), "{by_form}");
            assert_eq!(account["sessions"][0]["current"], true, "{by_form}");
        }
        world.sign_in("owner@example.com", passwords[2]).await;
    }

    async fn a_wrong_password_ends_no_session(world: World) {
        let owner = world.owner().await;
        let wrong = json!({"email": "owner@example.com", "password": "a guess"});
        owner.post("/api/auth/login", wrong).await.refused(401, "wrong_credentials");
        assert!(owner.is_signed_in().await);
    }
}
