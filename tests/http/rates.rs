//! Rate limits per session and per address.

use crate::helpers::*;
use crate::webhooks::event;
use reqwest::header::RETRY_AFTER;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

/// Requests from this machine are not limited, so these come from elsewhere.
const PROXY: (&str, &str) = ("TRUSTED_PROXIES", "127.0.0.1");
/// A rate of one a second allows a burst of ten.
const SESSIONS: Environment = &[("REQUESTS_PER_SESSION", "1"), PROXY];
const ADDRESSES: Environment = &[("REQUESTS_PER_ADDRESS", "1"), PROXY];

async fn get(person: &Person, path: &str) -> Response {
    person.request(Method::GET, path).send().await.expect("an answer")
}

/// How many requests in a row are answered, and the first that is refused.
async fn ask_often(person: &Person, path: &str) -> (usize, Response) {
    for answered in 0..30 {
        let answer = get(person, path).await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            return (answered, answer);
        }
    }
    panic!("{path} was answered thirty times");
}

async fn what_is_free(world: &World) {
    let nobody = world.anonymous();
    for number in 0..15 {
        assert_eq!(get(&nobody, "/healthz").await.status(), 200);
        assert_eq!(get(&nobody, "/readyz").await.status(), 200);
        // A program may ask for a tenant that doesn't exist, or not yet.
        for (tenant, status) in [(DEMO, 200), ("tenant_none", 404)] {
            let entitlements = nobody.request(Method::GET, &format!("/api/entitlements/{tenant}"));
            let entitlements = entitlements.bearer_auth(ENTITLEMENTS_TOKEN).send().await;
            assert_eq!(entitlements.expect("an answer").status(), status);
        }
        let event = event(&format!("evt_{number}"), "ping", json!({}));
        world.deliver(&event).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_asks_too_often_is_told_when_to_come_back_and_others_are_not() {
    let world = World::on_sqlite_with(SESSIONS).await;
    let (owner, other) = (world.owner().await, world.owner().await);
    let (answered, refused) = ask_often(&owner, "/api/portal/viewer").await;
    assert!((10..20).contains(&answered), "{answered}");
    let wait = refused.headers()[RETRY_AFTER].to_str().expect("ASCII").to_owned();
    assert!((1..=2).contains(&wait.parse::<u32>().expect("seconds")), "{wait}");
    Answer::from(refused).await.refused(429, "too_many_requests");
    // Pages are refused too, but nothing outside this session.
    for path in ["/billing", "/healthz/x", "/assets/none.js"] {
        assert_eq!(get(&owner, path).await.status(), 429, "{path}");
    }
    assert_eq!(get(&other, "/billing").await.status(), 200);
    assert_eq!(get(&world.anonymous(), "/login").await.status(), 200);
    what_is_free(&world).await;
    let asked = async || get(&owner, "/api/portal/viewer").await;
    eventually("it is let in", async || Some(asked().await).filter(|one| one.status() == 200))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_asks_too_often_is_told_to_come_back_whoever_it_says_it_is() {
    let world = World::on_sqlite_with(ADDRESSES).await;
    let nobody = world.anonymous();
    let (answered, refused) = ask_often(&nobody, "/login").await;
    assert!((10..20).contains(&answered), "{answered}");
    Answer::from(refused).await.refused(429, "too_many_requests");
    let mut made_up = world.anonymous();
    made_up.cookie = Some("portal_session=made-up".to_owned());
    assert_eq!(get(&made_up, "/login").await.status(), 429);
    what_is_free(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_shows_no_token_or_signature_that_is_known_is_held_back() {
    let world = World::on_sqlite_with(ADDRESSES).await;
    let nobody = world.anonymous();
    let (answered, refused) = ask_often(&nobody, &format!("/api/entitlements/{DEMO}")).await;
    assert!((10..20).contains(&answered), "{answered}");
    Answer::from(refused).await.refused(429, "too_many_requests");
    let unsigned = nobody.request(Method::POST, "/api/webhooks/stripe").body("{}");
    assert_eq!(unsigned.send().await.expect("an answer").status(), 429);
    // Pages are counted separately, and so is what no program asks for.
    assert_eq!(get(&nobody, "/login").await.status(), 200);
    ask_often(&nobody, "/api/entitlements/a/b").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_machine_itself_may_ask_as_often_as_it_likes_and_no_proxy_on_it_for_others() {
    let limits = &[("REQUESTS_PER_SESSION", "1"), ("REQUESTS_PER_ADDRESS", "1")];
    let world = World::on_sqlite_with(limits).await;
    let login = format!("{}/login", world.portal.url);
    for _ in 0..30 {
        assert_eq!(reqwest::get(&login).await.expect("an answer").status(), 200);
    }
    let (answered, _) = ask_often(&world.anonymous(), "/login").await;
    assert!((10..20).contains(&answered), "{answered}");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_that_names_nobody_everybody_counts() {
    let proxied = &[("PORTAL_URL", "http://billing.example.com"), ("REQUESTS_PER_ADDRESS", "1")];
    let world = World::on_sqlite_with(proxied).await;
    let mut answered = 0;
    for _ in 0..30 {
        let answer = reqwest::get(format!("{}/login", world.portal.url)).await.expect("an answer");
        answered += usize::from(answer.status() == 200);
    }
    assert!((10..20).contains(&answered), "{answered}");
}
