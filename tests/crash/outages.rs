//! The database down, cut off or busy: errors say to retry, nothing is lost, and the portal recovers by
//! itself.

use crate::cluster::Cluster;
use crate::helpers::Folder;
use crate::load::{Answered, Load, sender};
use crate::operator::Operator;
use crate::random::Random;
use crate::reckoning::did_not_panic;
use crate::setting::{Setting, on_each_database};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use portal::store::DbPool;
use reqwest::header::{COOKIE, RETRY_AFTER};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

const SOME_TIME: Duration = Duration::from_millis(1500);

async fn load_and(setting: &Setting, blow: impl AsyncFn(u32)) -> Answered {
    let portal = setting.ready_portal().await;
    let load = Load::start(setting, &mut Random::new(7));
    for number in 0..4 {
        sleep(SOME_TIME).await;
        blow(number).await;
    }
    sleep(SOME_TIME).await;
    let answered = load.stop().await;
    println!("{}", answered.summary());
    let log = portal.log();
    assert!(!log.contains("panicked"), "{log}");
    assert!(!log.contains("refused a query"), "an outage is not a query's fault: {log}");
    drop(portal);
    answered
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_postgres_loses_nothing() {
    let cluster = Cluster::start().await;
    let setting = Setting::on(Folder::new(), cluster.database_url.clone()).await;
    let restart = async |number: u32| {
        cluster.restart(if number.is_multiple_of(2) { "fast" } else { "immediate" }).await;
    };
    let answered = load_and(&setting, restart).await;
    let portal = setting.ready_portal().await;
    setting.reckon(answered).await;
    did_not_panic(&portal);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_lose_nothing() {
    let setting = Setting::on_postgres().await;
    let cut = async |_| {
        let cut = diesel::sql_query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
        let conn = AsyncPgConnection::establish(&setting.database_url).await;
        assert!(cut.execute(&mut conn.expect("a connection")).await.expect("a query") > 2);
    };
    let answered = load_and(&setting, cut).await;
    let portal = setting.ready_portal().await;
    setting.reckon(answered).await;
    did_not_panic(&portal);
}

/// Sends many requests at once, which all need what another connection holds.
async fn all_are_told_to_come_back(setting: &Setting, cookie: &str) {
    let mut asked = Vec::new();
    for number in 0..60_u64 {
        if number.is_multiple_of(2) {
            let mut sender = sender(setting, Random::new(number));
            asked.push(tokio::spawn(async move { sender.send().await.expect("an answer") }));
        } else {
            let url = format!("{}/api/portal/agents", setting.url());
            let body = json!({"tenant_id": "tenant_0", "name": "Ada"});
            let request = reqwest::Client::new().post(url).header(COOKIE, cookie).json(&body);
            asked.push(tokio::spawn(async move { request.send().await.expect("an answer") }));
        }
    }
    for answer in asked {
        let answer = answer.await.expect("a request");
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key(RETRY_AFTER));
        let body: Value = answer.json().await.expect("JSON");
        let code = body["error"]["code"].as_str().expect("a code");
        assert!(["database_unavailable", "busy"].contains(&code), "{body}");
    }
}

on_each_database! {
    async fn when_every_connection_waits_all_are_told_to_come_back(setting: Setting) {
        let portal = setting.ready_portal().await;
        let mut operator = Operator::new(0, setting.url(), setting.stripe_url.clone(), Random::new(7));
        operator.sign_in().await;
        let cookie = operator.sessions[0].clone();
        match &setting.db.pool {
            DbPool::Sqlite(pool) => {
                let mut conn = pool.get().await.expect("a connection");
                conn.batch_execute("BEGIN IMMEDIATE").await.expect("the write lock");
                all_are_told_to_come_back(&setting, &cookie).await;
                conn.batch_execute("ROLLBACK").await.expect("an end");
            }
            DbPool::Postgres(pool) => {
                let mut conn = pool.get().await.expect("a connection");
                let lock = "BEGIN; LOCK TABLE sessions, stripe_events, tenants";
                conn.batch_execute(lock).await.expect("the locks");
                all_are_told_to_come_back(&setting, &cookie).await;
                conn.batch_execute("ROLLBACK").await.expect("an end");
            }
        }
        // It recovers by itself.
        let stop = CancellationToken::new();
        stop.cancel();
        let operator = operator.act(stop).await;
        let mut sender = sender(&setting, Random::new(8));
        assert_eq!(sender.send().await.expect("an answer").status(), 200);
        let unanswered = operator.unanswered + sender.not_taken;
        assert_eq!(unanswered, 0);
        setting.reckon(Answered { operators: vec![operator], events: sender.taken, unanswered }).await;
        did_not_panic(&portal);
    }
}
