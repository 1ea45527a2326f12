//! Guessing passwords is slowed down, and can't be used to lock an operator out.

use crate::helpers::*;
use reqwest::header::SET_COOKIE;
use reqwest::{Method, Response};
use serde_json::json;

const EMAIL: &str = "owner@example.com";
const RIGHT: &str = "sandbox-owner";
const BEHIND_A_PROXY: Environment = &[("TRUSTED_PROXIES", "127.0.0.1")];

/// Signs in with these cookies, from an address that the proxy in front of the portal reports.
async fn try_from(
    world: &World,
    address: &str,
    cookie: &str,
    email: &str,
    password: &str,
) -> Answer {
    let request = world.anonymous().request(Method::POST, "/api/auth/login");
    let request = request.header("x-forwarded-for", address).header("cookie", cookie);
    let request = request.json(&json!({"email": email, "password": password}));
    Answer::from(request.send().await.expect("an answer")).await
}

async fn guess_ten_times(world: &World, address: &str, cookie: &str, email: &str) {
    for _ in 0..10 {
        let answer = try_from(world, address, cookie, email, "a guess").await;
        answer.refused(401, "wrong_credentials");
    }
}

/// The cookie of a device on which the owner has signed in.
async fn known_device(world: &World) -> String {
    let request = world.anonymous().request(Method::POST, "/api/auth/login");
    let answer = request.json(&json!({"email": EMAIL, "password": RIGHT})).send().await;
    device_of(&answer.expect("an answer"))
}

/// The cookie of the device that is now known.
fn device_of(answer: &Response) -> String {
    let cookies = answer.headers().get_all(SET_COOKIE).iter();
    let mut cookies = cookies.map(|cookie| cookie.to_str().expect("ASCII"));
    let cookie = cookies.find(|cookie| cookie.starts_with("portal_device=")).expect("a device");
    assert!(cookie.ends_with("; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax"), "{cookie}");
    cookie.split(';').next().expect("a pair").to_owned()
}

on_both_databases! {
    async fn guesses_from_one_address_keep_nobody_out_at_another(
        world: World, BEHIND_A_PROXY
    ) {
        guess_ten_times(&world, "192.0.2.1", "", EMAIL).await;
        let there = try_from(&world, "192.0.2.1", "", EMAIL, RIGHT).await;
        there.refused(429, "too_many_attempts");
        try_from(&world, "192.0.2.2", "", EMAIL, RIGHT).await.ok();
        // What the guesser adds to the header changes nothing.
        let there = try_from(&world, "192.0.2.2, 192.0.2.1", "", EMAIL, RIGHT).await;
        there.refused(429, "too_many_attempts");
    }

    async fn an_address_that_no_trusted_proxy_tells_is_not_believed(world: World) {
        guess_ten_times(&world, "192.0.2.1", "", EMAIL).await;
        let elsewhere = try_from(&world, "192.0.2.2", "", EMAIL, RIGHT).await;
        elsewhere.refused(429, "too_many_attempts");
    }

    async fn a_guesser_next_door_does_not_lock_a_known_device(world: World) {
        let device = known_device(&world).await;
        guess_ten_times(&world, "", "", EMAIL).await;
        try_from(&world, "", "", EMAIL, RIGHT).await.refused(429, "too_many_attempts");
        try_from(&world, "", &device, EMAIL, RIGHT).await.ok();
        // It has no more guesses than others, and none for another account.
        guess_ten_times(&world, "", &device, EMAIL).await;
        try_from(&world, "", &device, EMAIL, RIGHT).await.refused(429, "too_many_attempts");
        guess_ten_times(&world, "", &device, "nobody@example.com").await;
        let answer = try_from(&world, "", &device, "nobody@example.com", "a guess").await;
        answer.refused(429, "too_many_attempts");
    }

    async fn a_new_password_forgets_the_devices_but_the_one_that_it_was_changed_on(world: World) {
        let device = known_device(&world).await;
        let new = "a much better secret";
        let change = json!({"current_password": RIGHT, "new_password": new});
        let owner = world.owner().await;
        let request = owner.request(Method::POST, "/api/portal/account/password").json(&change);
        let here = device_of(&request.send().await.expect("an answer"));
        guess_ten_times(&world, "", "", EMAIL).await;
        try_from(&world, "", &device, EMAIL, new).await.refused(429, "too_many_attempts");
        try_from(&world, "", &here, EMAIL, new).await.ok();
    }

    async fn an_account_that_is_not_there_is_throttled_like_one_that_is(world: World) {
        let unknown = "nobody@example.com";
        guess_ten_times(&world, "", "", EMAIL).await;
        guess_ten_times(&world, "", "", unknown).await;
        let known = try_from(&world, "", "", EMAIL, "a guess").await;
        let unknown = try_from(&world, "", "", unknown, "a guess").await;
        assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
        known.refused(429, "too_many_attempts");
    }
}
