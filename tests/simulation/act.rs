//! Carrying out the steps over HTTP, as an operator's browser, their bank or a colleague would.

use crate::helpers::Answer;
use crate::plan::{Action, Bank, Deliveries, Step, What};
use crate::world::{World, text};
use portal::webhooks::replay;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Mutex;
use std::time::Duration;

/// A quote that an operator has been shown.
#[derive(Debug, Clone)]
pub struct Shown {
    pub tenant: usize,
    pub quote_id: String,
    pub agent_count: u32,
    pub amount_due: i64,
    /// Whether it was confirmed, whatever the answer.
    pub confirmed: bool,
}

/// What the operators have open, and anything seen that must not happen.
#[derive(Debug, Default)]
pub struct Memory {
    /// The Checkouts that were opened: tenant, seats and link.
    pub links: Vec<(usize, u32, String)>,
    pub quotes: Vec<Shown>,
    pub faults: u32,
    pub wrong: Vec<String>,
    hired: u32,
}

/// A run in progress.
pub struct Run {
    pub world: World,
    pub memory: Mutex<Memory>,
}

/// Whether the contract allows this status. Nobody may ever see an internal error.
fn allowed(status: u16) -> bool {
    matches!(status, 200 | 303 | 402 | 404 | 409 | 422 | 429 | 502 | 503)
}

impl Run {
    /// Carries out one step, and returns its result.
    pub async fn step(&mut self, step: &Step) -> String {
        match step {
            Step::Act(action) => self.act(action).await,
            Step::Together(one, other) => {
                let (one, other) = tokio::join!(self.act(one), self.act(other));
                format!("{one} | {other}")
            }
            Step::CrashDuring(action, after) => {
                let after = Duration::from_millis(*after);
                let outcome = match tokio::time::timeout(after, self.act(action)).await {
                    Ok(outcome) => outcome,
                    Err(_) => "no answer".to_owned(),
                };
                self.world.crash();
                self.world.start().await;
                outcome
            }
            Step::BusyDuring(action, time) => {
                let busy = self.world.watched.keep_busy(Duration::from_millis(*time));
                tokio::join!(busy, self.act(action)).1
            }
            Step::HoursPass(hours) => self.hours_pass(*hours).await,
            Step::Fault { fault, call, count } => {
                self.memory().faults += count;
                let fields = [("fault", *fault), ("call", call), ("count", &count.to_string())];
                self.world.control("/_sandbox/faults", &fields).await;
                String::new()
            }
            Step::Webhooks(what) => self.webhooks(*what).await,
            Step::UnpaidEnds(then) => {
                let fields = [("retry_days", "1,3"), ("then", *then)];
                self.world.control("/_sandbox/payments", &fields).await;
                String::new()
            }
        }
    }

    pub fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().expect("nobody panicked")
    }

    async fn hours_pass(&self, hours: i64) -> String {
        let mut left = hours;
        while left > 0 {
            let some = left.min(24);
            left -= some;
            self.world.watched.waiting_is_over().await;
            self.world.control("/_sandbox/advance", &[("by", &(some * 3600).to_string())]).await;
            self.reconcile().await;
        }
        String::new()
    }

    /// The portal's job that runs every quarter of an hour. If Stripe is away, the next run has to do
    /// it.
    pub async fn reconcile(&self) {
        let portal = self.world.portal();
        let _ = replay(&portal.db, &portal.billing, None, chrono::Utc::now()).await;
        let _ = portal.billing.settle_given_up().await;
        let walk = portal::billing::Walk { dry_run: false, synced_before: None };
        let _ = portal.billing.reconcile_all(walk, |_| {}).await;
    }

    async fn webhooks(&self, what: Deliveries) -> String {
        let (action, fields) = match what {
            Deliveries::Hold => ("hold", vec![]),
            Deliveries::Release(order) => ("release", vec![("order", order.to_owned())]),
            Deliveries::Drop(count) => ("drop", vec![("count", count.to_string())]),
            Deliveries::Duplicate(count) => ("duplicate", vec![("count", count.to_string())]),
        };
        let mut all = vec![("action", action)];
        all.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
        self.world.control("/_sandbox/deliveries", &all).await;
        String::new()
    }

    async fn act(&self, action: &Action) -> String {
        let tenant = action.tenant;
        let done = match &action.what {
            What::Subscribe { seats, then } => self.subscribe(tenant, *seats, *then).await,
            What::PayOldLink(card) => {
                let link = self.memory().links.iter().rev().find(|link| link.0 == tenant).cloned();
                match link {
                    Some((_, _, url)) => Ok(self.pay(&url, *card).await.0),
                    None => Ok("no link".to_owned()),
                }
            }
            What::Seats { seats, confirmations, bank } => {
                self.seats(tenant, *seats, *confirmations, *bank).await
            }
            What::ConfirmAgain => {
                let shown = self.memory().quotes.iter().rev().find(|q| q.tenant == tenant).cloned();
                match shown {
                    Some(shown) => self.confirm(&shown, Bank::Ignore).await,
                    None => Ok("no quote".to_owned()),
                }
            }
            What::Cancel { now } => {
                let at = if *now { "now" } else { "period_end" };
                self.post(tenant, "/billing/cancel", json!({"at": at})).await.map(said)
            }
            What::Resume => self.post(tenant, "/billing/resume", json!({})).await.map(said),
            What::Refresh => self.post(tenant, "/billing/refresh", json!({})).await.map(said),
            What::Hire => {
                let name = {
                    let mut memory = self.memory();
                    memory.hired += 1;
                    format!("Agent {}", memory.hired)
                };
                self.post(tenant, "/agents", json!({"name": name})).await.map(said)
            }
            What::Switch { agent, on } => self.switch(tenant, *agent, *on).await,
            What::SwitchAll { on } => self.switch_all(tenant, *on).await,
            What::ReplaceCard(card) => self.replace_card(tenant, *card).await,
            What::CancelAtStripe => self.in_billing_portal(tenant, "cancel").await,
            What::RenewAtStripe => self.in_billing_portal(tenant, "renew").await,
            What::PayInvoice(bank) => Ok(self.pay_invoice(tenant, *bank).await),
            What::SetQuantityAtStripe(quantity) => Ok(self.set_quantity(tenant, *quantity).await),
            What::EndAtStripe => Ok(self.end(tenant).await),
        };
        done.unwrap_or_else(|no_answer| no_answer)
    }

    pub async fn agents(&self, tenant: usize) -> Result<Vec<Value>, String> {
        let path = format!("/api/portal/agents?tenant_id={}", self.world.tenants[tenant].id);
        let answer = self.ask(tenant, Method::GET, &path, &Value::Null).await?;
        Ok(answer.body["agents"].as_array().cloned().unwrap_or_default())
    }

    async fn switch(&self, tenant: usize, agent: usize, on: bool) -> Result<String, String> {
        let agents = self.agents(tenant).await?;
        let Some(agent) = agents.get(agent) else { return Ok("no such agent".to_owned()) };
        let verb = if on { "activate" } else { "deactivate" };
        let path = format!("/agents/{}/{verb}", text(agent, "id"));
        self.post(tenant, &path, json!({})).await.map(said)
    }

    async fn switch_all(&self, tenant: usize, on: bool) -> Result<String, String> {
        let agents = self.agents(tenant).await?;
        let ids: Vec<Value> = agents.iter().map(|agent| agent["id"].clone()).collect();
        let path = if on { "/agents/activate" } else { "/agents/deactivate" };
        self.post(tenant, path, json!({"agent_ids": ids})).await.map(said)
    }

    pub async fn post(&self, tenant: usize, path: &str, mut body: Value) -> Result<Answer, String> {
        body["tenant_id"] = json!(self.world.tenants[tenant].id);
        self.ask(tenant, Method::POST, &format!("/api/portal{path}"), &body).await
    }

    async fn ask(
        &self,
        tenant: usize,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<Answer, String> {
        let request = self.world.tenants[tenant].owner.request(method, path);
        let request = if body.is_null() { request } else { request.json(body) };
        let response = request.send().await.map_err(|_| "no answer".to_owned())?;
        let status = response.status();
        let text = response.text().await.map_err(|_| "half an answer".to_owned())?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        self.judge(path, status.as_u16(), &body);
        Ok(Answer { status, body })
    }

    pub fn judge(&self, path: &str, status: u16, body: &Value) {
        if !allowed(status) {
            self.memory().wrong.push(format!("{path} was answered {status}: {body}"));
        }
    }
}

/// "200 trialing 3", "409 quote_stale".
pub fn said(answer: Answer) -> String {
    let status = answer.status.as_u16();
    let body = &answer.body;
    match (body["error"]["code"].as_str(), body["subscription_status"].as_str()) {
        (Some(code), _) => format!("{status} {code}"),
        (None, Some(tenant)) => {
            format!("{status} {tenant} {} of {}", body["agents_active"], body["agent_quota"])
        }
        (None, None) => status.to_string(),
    }
}
