//! What must hold once everything is quiet.

use crate::load::Answered;
use crate::operator::Operator;
use crate::process::Process;
use crate::setting::Setting;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use portal::store::{DbPool, EventState};
use portal::webhooks::EVENT_TYPES;
use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::time::Duration;
use tokio::time::sleep;

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Setting {
    /// Compares the answers with the portal, and the portal with Stripe.
    pub async fn reckon(&self, mut answered: Answered) {
        let told = self.sync(&[]);
        self.inbox_is_empty().await;
        for id in &answered.events {
            let event = self.db.inbox_event(id).await.expect("a query");
            let event = event.unwrap_or_else(|| panic!("{id} was answered and is not here"));
            assert_eq!(event.state, EventState::Done, "{event:?}");
        }
        let needed = |event: &Value| EVENT_TYPES.contains(&event["type"].as_str().expect("a type"));
        for event in self.stripe_list("/events", &[]).await.into_iter().filter(needed) {
            let id = event["id"].as_str().expect("an id");
            let kept = self.db.inbox_event(id).await.expect("a query").expect("an event");
            assert_eq!(kept.state, EventState::Done, "{id}; {told}");
        }
        self.one_customer_each().await;
        for operator in &mut answered.operators {
            self.as_was_answered(operator).await;
            self.paid_once_what_was_quoted(operator).await;
        }
        let again = self.sync(&["--dry-run"]);
        assert!(again.contains(" 0 differed"), "{again}");
    }

    /// Runs `portal sync`; returns its output.
    fn sync(&self, more: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_portal"))
            .arg("sync")
            .args(more)
            .current_dir(&self.folder.0)
            .env_clear()
            .envs(self.environment(self.port))
            .output()
            .expect("the binary runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}{errors}");
        text
    }

    /// Waits until no event is pending; none may be dead.
    async fn inbox_is_empty(&self) {
        for _ in 0..1200 {
            if self.events_that("state = 'pending'").await == 0 {
                assert_eq!(self.events_that("state = 'dead'").await, 0);
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("{} events are stuck", self.events_that("state = 'pending'").await);
    }

    /// How many events of the inbox match this condition.
    pub async fn events_that(&self, condition: &str) -> i64 {
        let query = format!("SELECT count(*) AS count FROM stripe_events WHERE {condition}");
        let query = diesel::sql_query(query);
        let counted: Count = match &self.db.pool {
            DbPool::Sqlite(pool) => {
                query.get_result(&mut *pool.get().await.expect("a connection")).await
            }
            DbPool::Postgres(pool) => {
                query.get_result(&mut *pool.get().await.expect("a connection")).await
            }
        }
        .expect("a query");
        counted.count
    }

    async fn one_customer_each(&self) {
        let customers = self.stripe_list("/customers", &[]).await;
        let tenants: Vec<&Value> =
            customers.iter().map(|customer| &customer["metadata"]["tenant_id"]).collect();
        let different: BTreeSet<String> = tenants.iter().map(ToString::to_string).collect();
        assert_eq!(tenants.len(), different.len(), "a tenant has two customers: {tenants:?}");
    }

    /// What the operator was told holds at the portal, in every session, and at Stripe.
    async fn as_was_answered(&self, operator: &mut Operator) {
        let path = format!("/api/portal/tenant?tenant_id={}", operator.tenant);
        for session in &operator.sessions {
            let request = operator.http.get(format!("{}{path}", self.url()));
            let answer = request.header(COOKIE, session).send().await.expect("an answer");
            assert_eq!(answer.status(), 200, "a session that was begun is not there");
        }
        let (_, tenant) = operator.ask(Method::GET, &path, None).await;
        let status = tenant["subscription_status"].as_str().expect("a status");
        let live = ["trialing", "active"].contains(&status);
        assert_eq!(live, operator.subscribed, "{tenant}");
        assert_eq!(tenant["agent_quota"], if live { operator.seats } else { 0 }, "{tenant}");
        assert_eq!(!tenant["cancels_at"].is_null(), live && operator.cancels, "{tenant}");

        let list = operator.list().await;
        let names: BTreeSet<&str> =
            list.iter().map(|agent| agent["name"].as_str().expect("a name")).collect();
        let hired: BTreeSet<&str> = operator.agents.keys().map(String::as_str).collect();
        assert_eq!(names, hired);
        assert_eq!(list.len(), hired.len(), "an agent was hired twice");
        for (name, (id, on)) in &operator.agents {
            let agent = list.iter().find(|agent| agent["id"] == id.as_str());
            let agent = agent.unwrap_or_else(|| panic!("{name} is not {id}"));
            let by_billing = agent["deactivated_by"] == "billing";
            assert!(by_billing || on.is_none_or(|on| agent["active"] == on), "{agent}, not {on:?}");
        }
        if let Some(customer) = tenant["stripe_customer_id"].as_str() {
            let fields = [("customer", customer), ("status", "all")];
            let subscriptions = self.stripe_list("/subscriptions", &fields).await;
            let live: Vec<&Value> =
                subscriptions.iter().filter(|one| one["status"] != "canceled").collect();
            assert_eq!(live.len(), usize::from(operator.subscribed), "{live:?}");
            for one in live {
                let item = &one["items"]["data"][0];
                assert_eq!(
                    (&one["status"], &item["quantity"]),
                    (&status.into(), &operator.seats.into())
                );
            }
        }
    }

    /// Every payment is a first invoice or a confirmed quote, to the cent and once.
    async fn paid_once_what_was_quoted(&self, operator: &Operator) {
        let paid = self.stripe_list("/events", &[("type", "invoice.paid")]).await;
        let mut charged: BTreeMap<&str, usize> = BTreeMap::new();
        let whose: Vec<Value> = self
            .stripe_list("/customers", &[])
            .await
            .into_iter()
            .filter(|customer| customer["metadata"]["tenant_id"] == operator.tenant.as_str())
            .map(|customer| customer["id"].clone())
            .collect();
        for event in &paid {
            let invoice = &event["data"]["object"];
            if !whose.contains(&invoice["customer"]) || invoice["amount_paid"] == 0 {
                continue;
            }
            let key = event["request"]["idempotency_key"].as_str().unwrap_or_default();
            match operator.quotes.get_key_value(key) {
                Some((quote, amount)) => {
                    assert_eq!(&invoice["amount_paid"], amount, "{invoice}");
                    *charged.entry(quote).or_default() += 1;
                }
                None => {
                    // A subscription that starts without a trial, or a trial's end.
                    let first = invoice["billing_reason"] == "subscription_create"
                        || !key.starts_with("quote_");
                    assert!(first, "{key} was never confirmed: {invoice}");
                }
            }
        }
        assert!(charged.values().all(|times| *times == 1), "{charged:?}");
    }
}

/// Nothing panicked.
pub fn did_not_panic(process: &Process) {
    let log = process.log();
    let at = log.find("panicked").map(|at| &log[at..]);
    assert!(at.is_none(), "{}", at.unwrap_or_default());
}
