//! Stopping on a signal.

use crate::load::{Answered, sender};
use crate::operator::Operator;
use crate::process::Process;
use crate::random::Random;
use crate::reckoning::did_not_panic;
use crate::setting::{Setting, on_each_database};
use reqwest::Method;
use reqwest::header::CONNECTION;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

async fn draining(setting: &Setting) -> Process {
    let mut environment = setting.environment(setting.port);
    environment.push(("DRAIN_SECONDS", "3600".to_owned()));
    let mut portal = Process::start("serve", &setting.folder.0, "portal", &environment);
    portal.ready(&format!("{}/readyz", setting.url())).await;
    portal
}

on_each_database! {
    async fn what_a_stopping_process_has_taken_is_free_at_once(setting: Setting) {
        let mut portal = setting.ready_portal().await;
        let operator = Operator::new(0, setting.url(), setting.stripe_url.clone(), Random::new(7));
        let operator = operator.signed_in().await.subscribed().await;
        let mut sender = sender(&setting, Random::new(7));
        sender.look_for_customers().await;
        // Stripe does not answer, so what is claimed now stays in progress.
        setting.sandbox.signal("-STOP");
        while setting.events_that("state = 'pending' AND attempts > 0").await == 0 {
            sender.send().await;
            sleep(Duration::from_millis(50)).await;
        }
        portal.signal("-TERM");
        assert!(portal.end().await.success(), "{}", portal.log());
        // It did not wait until Stripe's silence counted as a failure.
        assert_eq!(setting.events_that("last_error IS NOT NULL").await, 0);
        let waiting = setting.events_that("state = 'pending'").await;
        let now = chrono::Utc::now();
        let taken = setting.db.claim_events(1000, &[], now, now).await.expect("a query");
        assert_eq!((taken.events.len() + taken.nobodys) as i64, waiting, "still held: {}", portal.log());
        setting.sandbox.signal("-CONT");
        let portal = setting.ready_portal().await;
        let answered = Answered { operators: vec![operator], events: sender.taken, unanswered: 0 };
        setting.reckon(answered).await;
        did_not_panic(&portal);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_balancer_is_told_before_the_port_is_closed_and_a_second_signal_stops_at_once() {
    let setting = Setting::on_sqlite().await;
    let mut portal = draining(&setting).await;
    let operator = Operator::new(0, setting.url(), setting.stripe_url.clone(), Random::new(7));
    let mut operator = operator.signed_in().await;
    let path = format!("/api/portal/tenant?tenant_id={}", operator.tenant);
    portal.signal("-TERM");
    let ready = format!("{}/readyz", setting.url());
    while operator.http.get(&ready).send().await.expect("an answer").status() != 503 {
        sleep(Duration::from_millis(20)).await;
    }
    // Requests are still answered, with `Connection: close`.
    assert_eq!(operator.ask(Method::GET, &path, None).await.0, 200);
    let alive = operator.http.get(format!("{}/healthz", setting.url())).send().await;
    let alive = alive.expect("an answer");
    assert_eq!(alive.status(), 200);
    assert_eq!(alive.headers()[CONNECTION], "close");
    portal.signal("-TERM");
    assert!(portal.end().await.success(), "{}", portal.log());
    did_not_panic(&portal);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_ask_for_nothing_do_not_keep_it_from_stopping() {
    let setting = Setting::on_sqlite().await;
    let mut portal = setting.ready_portal().await;
    // Browsers open connections in advance, and a bad client never finishes its request.
    let silent = TcpStream::connect(("127.0.0.1", setting.port)).await.expect("a connection");
    let mut slow = TcpStream::connect(("127.0.0.1", setting.port)).await.expect("a connection");
    slow.write_all(b"POST /api/webhooks/stripe HTTP/1.1\r\nContent-Le").await.expect("half");
    assert_eq!(
        reqwest::get(format!("{}/healthz", setting.url())).await.expect("an answer").status(),
        200
    );
    portal.signal("-TERM");
    assert!(portal.end().await.success(), "{}", portal.log());
    did_not_panic(&portal);
    drop((silent, slow));
}
