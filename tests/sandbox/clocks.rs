//! Moving the time, as with Stripe's test clocks.

use reqwest::Method;
use serde_json::Value;

use crate::helpers::{Answer, Bench, DAY, id};

const CLOCKS: &str = "test_helpers/test_clocks";

async fn new(bench: &Bench, at: i64) -> Value {
    bench.post(CLOCKS, &format!("frozen_time={at}&name=Mine")).await
}

async fn advance(bench: &Bench, clock: &Value, to: i64) -> Answer {
    bench.try_post(&format!("{CLOCKS}/{}/advance", id(clock)), &format!("frozen_time={to}")).await
}

#[tokio::test]
async fn a_new_clock_stops_the_time_and_an_advance_moves_it() {
    let bench = Bench::start().await;
    let at = 1_800_000_000;
    let clock = new(&bench, at).await;
    assert_eq!(
        (clock["frozen_time"].as_i64(), clock["status"].as_str()),
        (Some(at), Some("ready"))
    );
    let form = format!("email=ada@example.com&test_clock={}", id(&clock));
    let customer = bench.post("customers", &form).await;
    assert_eq!((&customer["created"], &customer["test_clock"]), (&at.into(), &clock["id"]));

    let moved = advance(&bench, &clock, at + 5).await.json();
    assert_eq!((moved["frozen_time"].as_i64(), &moved["status"]), (Some(at + 5), &"ready".into()));
    assert_eq!(bench.get(&format!("{CLOCKS}/{}", id(&clock))).await, moved);
    assert_eq!(bench.post("customers", "").await["created"], at + 5);
    let on_it = bench.get(&format!("customers?test_clock={}", id(&clock))).await;
    assert_eq!(on_it["data"].as_array().unwrap().len(), 1);
    let events = bench.events().await;
    for kind in ["created", "advancing", "ready"] {
        assert!(events.contains(&format!("test_helpers.test_clock.{kind}")), "{kind}");
    }
}

#[tokio::test]
async fn every_clock_shows_the_one_time_there_is() {
    let bench = Bench::start().await;
    let at = 1_800_000_000;
    let clock = new(&bench, at).await;
    advance(&bench, &clock, at + DAY).await;
    let list = bench.get(CLOCKS).await;
    let times: Vec<_> =
        list["data"].as_array().unwrap().iter().map(|clock| &clock["frozen_time"]).collect();
    assert_eq!(times, [at + DAY, at + DAY]);
}

#[tokio::test]
async fn the_time_does_not_go_back_once_there_is_someone_to_notice() {
    let bench = Bench::start().await;
    let clock = new(&bench, 1_700_000_000).await;
    assert_eq!(clock["frozen_time"], 1_700_000_000);
    bench.customer().await;
    for refused in [
        bench.try_post(CLOCKS, "frozen_time=1699990000").await,
        advance(&bench, &clock, 1_700_000_000).await,
        advance(&bench, &clock, 1_699_999_999).await,
        bench.try_post(CLOCKS, "").await,
        bench.try_post(CLOCKS, "frozen_time=soon").await,
    ] {
        assert_eq!(refused.status, 400, "{}", refused.text);
        assert_eq!(refused.json()["error"]["param"], "frozen_time");
    }
    let unknown = bench.try_post(&format!("{CLOCKS}/clock_none/advance"), "frozen_time=1").await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn a_clock_advances_two_intervals_at_most() {
    let bench = Bench::start().await;
    let at = 1_796_083_200;
    let clock = new(&bench, at).await;
    bench.subscribe(1, false, "4242424242424242").await;
    // Two months from 1 December 2026.
    assert_eq!(advance(&bench, &clock, at + 62 * DAY + 1).await.status, 400);
    assert_eq!(advance(&bench, &clock, at + 62 * DAY).await.status, 200);
}

#[tokio::test]
async fn deleting_a_clock_deletes_its_customers_and_lets_the_time_run_on() {
    let bench = Bench::start().await;
    let clock = new(&bench, 1_900_000_000).await;
    let form = format!("test_clock={}", id(&clock));
    let mine = id(&bench.post("customers", &form).await);
    let other = id(&bench.post("customers", "").await);
    let path = format!("{CLOCKS}/{}", id(&clock));
    let deleted = bench.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(Answer::read(deleted).await.json()["deleted"], true);
    assert_eq!(bench.get(&format!("customers/{mine}")).await["deleted"], true);
    assert!(bench.get(&format!("customers/{other}")).await["deleted"].is_null());
    assert_eq!(
        Answer::read(bench.request(Method::GET, &path).send().await.unwrap()).await.status,
        404
    );
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert!(bench.post("customers", "").await["created"].as_i64().unwrap() > 1_900_000_000);
}

#[tokio::test]
async fn the_control_page_freezes_the_time_and_lets_it_run() {
    let bench = Bench::start().await;
    let frozen = bench.form("/_sandbox/clock", "state=frozen").await.json()["now"].clone();
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert_eq!(bench.post("customers", "").await["created"], frozen);
    bench.form("/_sandbox/clock", "state=running").await;
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert!(bench.post("customers", "").await["created"].as_i64() > frozen.as_i64());
    assert_eq!(bench.form("/_sandbox/clock", "state=backwards").await.status, 400);
}
