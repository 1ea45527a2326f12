//! Faults on demand: what a Stripe client may meet on a bad day.

use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::helpers::{Answer, Bench, id};

async fn arm(bench: &Bench, form: &str) -> Answer {
    let answer = bench.form("/_sandbox/faults", form).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

async fn armed(bench: &Bench) -> Value {
    bench.page("/_sandbox/faults").await.json()["faults"].clone()
}

fn new_customer(bench: &Bench, key: &str) -> RequestBuilder {
    bench.request(Method::POST, "customers").header("Idempotency-Key", key).body("email=a@b.c")
}

async fn send(request: RequestBuilder) -> Answer {
    Answer::read(request.send().await.unwrap()).await
}

async fn customers(bench: &Bench) -> usize {
    bench.get("customers").await["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_rate_limited_call_does_nothing_and_may_be_repeated_under_its_key() {
    let bench = Bench::start().await;
    arm(&bench, "fault=429").await;
    let limited = send(new_customer(&bench, "k")).await;
    assert_eq!((limited.status, &limited.json()["error"]["code"]), (429, &"rate_limit".into()));
    assert_eq!(customers(&bench).await, 0);
    let again = send(new_customer(&bench, "k")).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, ""));
}

#[tokio::test]
async fn a_refused_call_does_nothing_and_may_be_repeated_under_its_key() {
    let bench = Bench::start().await;
    arm(&bench, "fault=400").await;
    let refused = send(new_customer(&bench, "k")).await;
    let body = refused.json();
    let error = &body["error"];
    assert_eq!((refused.status, &error["type"]), (400, &"invalid_request_error".into()));
    assert_eq!(customers(&bench).await, 0);
    let again = send(new_customer(&bench, "k")).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, ""));
}

#[tokio::test]
async fn a_500_does_nothing_and_is_replayed_under_its_key() {
    let bench = Bench::start().await;
    arm(&bench, "fault=500").await;
    let failed = send(new_customer(&bench, "k")).await;
    assert_eq!((failed.status, &failed.json()["error"]["type"]), (500, &"api_error".into()));
    assert_eq!(failed.header("stripe-should-retry"), "false");
    let again = send(new_customer(&bench, "k")).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (500, "true"));
    assert_eq!(again.text, failed.text);
    assert_eq!(customers(&bench).await, 0);
    assert_eq!(send(new_customer(&bench, "fresh")).await.status, 200);
}

#[tokio::test]
async fn a_500_may_come_for_what_was_done_and_is_replayed_all_the_same() {
    let bench = Bench::start().await;
    arm(&bench, "fault=500-done").await;
    let failed = send(new_customer(&bench, "k")).await;
    assert_eq!((failed.status, customers(&bench).await), (500, 1));
    let again = send(new_customer(&bench, "k")).await;
    assert_eq!((again.status, again.text), (500, failed.text));
    assert_eq!(customers(&bench).await, 1);
}

#[tokio::test]
async fn a_call_that_times_out_does_nothing_and_holds_nobody_up() {
    let bench = Bench::start().await;
    arm(&bench, "fault=timeout&count=2").await;
    let patience = Duration::from_millis(200);
    let error = new_customer(&bench, "k").timeout(patience).send().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");

    let waiting = tokio::spawn(new_customer(&bench, "k").send());
    while armed(&bench).await != json!([]) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(customers(&bench).await, 0);
    assert_eq!(send(new_customer(&bench, "k")).await.status, 200);
    let stopping = Instant::now();
    bench.sandbox.stop().await;
    assert!(stopping.elapsed() < Duration::from_secs(1), "{:?}", stopping.elapsed());
    assert!(waiting.await.unwrap().is_err());
}

#[tokio::test]
async fn a_cut_connection_gives_no_byte_and_leaves_the_others_open() {
    let bench = Bench::start().await;
    let (mut cut, mut other) = (dial(&bench).await, dial(&bench).await);
    for connection in [&mut cut, &mut other] {
        assert!(ask(connection, "GET").await.starts_with("HTTP/1.1 200"));
    }
    arm(&bench, "fault=cut").await;
    assert_eq!(ask(&mut cut, "POST").await, "");
    assert_eq!(customers(&bench).await, 0);
    assert!(ask(&mut other, "POST").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_lost_answer_is_given_to_the_retry_and_the_work_is_done_once() {
    let bench = Bench::start().await;
    arm(&bench, "fault=lost").await;
    let error = new_customer(&bench, "k").send().await.unwrap_err();
    assert!(!error.is_timeout() && !error.is_connect(), "{error}");
    let made = id(&bench.get("customers").await["data"][0]);
    let retried = send(new_customer(&bench, "k")).await;
    assert_eq!(
        (retried.status, retried.header("idempotent-replayed"), id(&retried.json())),
        (200, "true", made)
    );
    assert_eq!(customers(&bench).await, 1);
}

#[tokio::test]
async fn a_fault_lasts_for_as_many_calls_as_it_was_armed_for() {
    let bench = Bench::start().await;
    arm(&bench, "fault=429&count=2&call=POST").await;
    assert_eq!(bench.get("customers").await["data"], json!([]));
    assert_eq!(bench.try_post("customers", "").await.status, 429);
    assert_eq!(armed(&bench).await, json!([{ "fault": "429", "call": "POST", "left": 1 }]));
    assert_eq!(bench.try_post("products", "name=x").await.status, 429);
    assert_eq!(bench.try_post("customers", "").await.status, 200);
    assert_eq!(armed(&bench).await, json!([]));
}

#[tokio::test]
async fn a_fault_of_one_endpoint_leaves_the_others_alone() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    arm(&bench, "fault=500&call=POST /v1/customers/{id}").await;
    assert_eq!(bench.try_post("customers", "").await.status, 200);
    assert_eq!(bench.get(&format!("customers/{customer}")).await["id"], customer.as_str());
    assert_eq!(bench.try_post(&format!("customers/{customer}"), "name=Ada").await.status, 500);
    assert_eq!(bench.try_post(&format!("customers/{customer}"), "name=Ada").await.status, 200);
}

#[tokio::test]
async fn the_fault_armed_first_is_met_first_and_all_can_be_cleared() {
    let bench = Bench::start().await;
    arm(&bench, "fault=500").await;
    arm(&bench, "fault=429&call=GET").await;
    arm(&bench, "fault=429").await;
    let get = || bench.request(Method::GET, "customers");
    assert_eq!([send(get()).await.status, send(get()).await.status], [500, 429]);
    let cleared = bench.form("/_sandbox/faults/clear", "").await;
    assert_eq!((cleared.status, cleared.json()), (200, json!({ "faults": [] })));
    assert_eq!(send(get()).await.status, 200);
}

#[tokio::test]
async fn a_call_without_a_key_meets_no_fault() {
    let bench = Bench::start().await;
    arm(&bench, "fault=500").await;
    assert_eq!(bench.page("/v1/customers").await.status, 401);
    assert_eq!(armed(&bench).await[0]["left"], 1);
}

#[tokio::test]
async fn what_cannot_be_armed_is_refused_with_what_can() {
    let bench = Bench::start().await;
    for (form, says) in [
        ("fault=odd", "fault= is one of 400, 429, 500, 500-done, timeout, cut, lost."),
        ("", "fault= is one of"),
        ("fault=cut&call=PATCH", "GET, POST, DELETE"),
        ("fault=cut&call=POST /v1/odd", "POST /v1/subscriptions/{id}"),
        ("fault=cut&count=0", "from 1 on"),
        ("fault=cut&count=many", "from 1 on"),
    ] {
        let answer = bench.form("/_sandbox/faults", form).await;
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(answer.status == 400 && message.contains(says), "{form}: {message}");
    }
    assert_eq!(armed(&bench).await, json!([]));
}

async fn dial(bench: &Bench) -> TcpStream {
    let addr = bench.sandbox.url().trim_start_matches("http://");
    TcpStream::connect(addr).await.unwrap()
}

/// Sends one request and returns the start of the answer, empty if the connection closes without one.
async fn ask(connection: &mut TcpStream, method: &str) -> String {
    let request = format!(
        "{method} /v1/customers HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer sk_test_x\r\n\
         content-length: 0\r\n\r\n"
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = [0; 4_096];
    let read = connection.read(&mut answer);
    let length = tokio::time::timeout(Duration::from_secs(5), read).await.unwrap().unwrap_or(0);
    String::from_utf8_lossy(&answer[..length]).into_owned()
}
