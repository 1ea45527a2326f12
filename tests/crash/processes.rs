//! Three portals on one database behind a load balancer.

use crate::balancer::Balancer;
use crate::helpers::{Folder, Person, free_port, new_postgres};
use crate::load::{Answered, Load};
use crate::operator::Operator;
use crate::process::Process;
use crate::random::Random;
use crate::reckoning::did_not_panic;
use crate::setting::Setting;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use reqwest::StatusCode;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::sleep;

/// Three processes and their load balancer.
struct Three {
    ports: Vec<u16>,
    portals: Vec<Process>,
    _balancer: Balancer,
}

impl Three {
    async fn on(setting: &Setting) -> Self {
        let ports: Vec<u16> = (0..3).map(|_| free_port()).collect();
        let mut portals: Vec<Process> = ports.iter().map(|port| serve(setting, *port)).collect();
        for (portal, port) in portals.iter_mut().zip(&ports) {
            portal.ready(&format!("http://127.0.0.1:{port}/readyz")).await;
        }
        let balancer = Balancer::start(setting.port, ports.clone()).await;
        portals[0].ready(&format!("{}/readyz", setting.url())).await;
        Self { ports, portals, _balancer: balancer }
    }

    fn did_not_panic(&self) {
        self.portals.iter().for_each(did_not_panic);
    }
}

fn serve(setting: &Setting, port: u16) -> Process {
    let mut environment = setting.environment(port);
    environment.push(("DRAIN_SECONDS", "1".to_owned()));
    Process::start("serve", &setting.folder.0, &format!("portal{port}"), &environment)
}

async fn three_that_start_at_once_on_an_empty_database_all_come_up(
    database_url: String,
    folder: Folder,
) {
    let mut portals = Vec::new();
    for _ in 0..3 {
        let port = free_port();
        let environment = [
            ("PORT", port.to_string()),
            ("DATABASE_URL", database_url.clone()),
            ("STRIPE_SECRET_KEY", "sk_test_portal".to_owned()),
            ("STRIPE_API_BASE", "http://127.0.0.1:1".to_owned()),
            ("STRIPE_WEBHOOK_SECRET", "whsec_1".to_owned()),
        ];
        let name = format!("portal{port}");
        portals.push((Process::start("serve", &folder.0, &name, &environment), port));
    }
    for (portal, port) in &mut portals {
        portal.ready(&format!("http://127.0.0.1:{port}/readyz")).await;
        did_not_panic(portal);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_that_start_at_once_on_an_empty_database_all_come_up_on_sqlite() {
    let folder = Folder::new();
    three_that_start_at_once_on_an_empty_database_all_come_up(folder.database_url(), folder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_that_start_at_once_on_an_empty_database_all_come_up_on_postgres() {
    three_that_start_at_once_on_an_empty_database_all_come_up(new_postgres().await, Folder::new())
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_after_the_next_migration_loses_no_request() {
    let setting = Setting::on_postgres().await;
    let mut three = Three::on(&setting).await;
    let load = Load::start(&setting, &mut Random::new(7));
    sleep(Duration::from_secs(1)).await;
    // What the next version would add; this one must run with it for a while.
    let mut conn = AsyncPgConnection::establish(&setting.database_url).await.expect("Postgres");
    let next = "BEGIN; ALTER TABLE tenants ADD COLUMN of_the_next_version TEXT; \
                ALTER TABLE stripe_events ADD COLUMN of_the_next_version TEXT; \
                INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000001'); COMMIT";
    conn.batch_execute(next).await.expect("the next migration");
    for (portal, port) in three.portals.iter_mut().zip(&three.ports) {
        portal.signal("-TERM");
        assert!(portal.end().await.success(), "{}", portal.log());
        did_not_panic(portal);
        *portal = serve(&setting, *port);
        portal.ready(&format!("http://127.0.0.1:{port}/readyz")).await;
    }
    let answered = load.stop().await;
    println!("a rolling restart: {}", answered.summary());
    assert_eq!(answered.unanswered, 0, "{}", three.portals[0].log());
    setting.reckon(answered).await;
    three.did_not_panic();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_live_updates_and_the_one_checkout_hold_across_processes() {
    let setting = Setting::on_postgres().await;
    let mut three = Three::on(&setting).await;
    let mut operator = Operator::new(0, setting.url(), setting.stripe_url.clone(), Random::new(7));
    operator.sign_in().await;
    let at = |port: u16| Person {
        http: operator.http.clone(),
        base: format!("http://127.0.0.1:{port}"),
        cookie: Some(operator.sessions[0].clone()),
    };
    let people: Vec<Person> = three.ports.iter().map(|port| at(*port)).collect();
    let body = json!({"tenant_id": operator.tenant, "agent_count": 2});
    let wishes = people
        .iter()
        .chain(&people)
        .map(|person| person.post("/api/portal/billing/checkout", body.clone()));
    let mut urls = BTreeSet::new();
    for answer in futures_util::future::join_all(wishes).await {
        match answer.status {
            StatusCode::OK => drop(urls.insert(answer.body["checkout_url"].to_string())),
            _ => answer.refused(409, "checkout_in_progress"),
        }
    }
    assert_eq!(urls.len(), 1, "{urls:?}");
    let customers = setting.stripe_list("/customers", &[]).await;
    let fields = [("customer", customers[0]["id"].as_str().expect("an id")), ("status", "open")];
    assert_eq!(setting.stripe_list("/checkout/sessions", &fields).await.len(), 1);

    let mut operator = operator.subscribed().await;
    let (mut stream, _) = people[0].stream(&operator.tenant).await;
    let mut told = stream.told_until_silent_for(Duration::from_millis(1500)).await;
    operator.url = people[1].base.clone();
    operator.hire().await;
    told.push(stream.told_within(Duration::from_secs(10)).await);
    // The process behind the stream stops; the page reconnects to another.
    three.portals[0].signal("-TERM");
    stream.ends_within(Duration::from_secs(10)).await;
    assert!(three.portals[0].end().await.success());
    let through = Person {
        http: operator.http.clone(),
        base: setting.url(),
        cookie: Some(operator.sessions[0].clone()),
    };
    let (mut stream, revision) = through.stream(&operator.tenant).await;
    assert!(Some(&revision) >= told.last(), "{revision} after {told:?}");
    let path = format!("/api/portal/agents?tenant_id={}", operator.tenant);
    assert_eq!(through.get(&path).await.ok()["agents"].as_array().map(Vec::len), Some(1));
    operator.url = people[2].base.clone();
    operator.hire().await;
    stream.told_within(Duration::from_secs(10)).await;
    operator.url = setting.url();
    let answered = Answered { operators: vec![operator], events: Vec::new(), unanswered: 0 };
    setting.reckon(answered).await;
    three.did_not_panic();
}
