//! Doing the steps: through HTTP, as an operator's browser, their bank or a colleague does.

use crate::helpers::Answer;
use crate::plan::{Action, Bank, Card, Checkout, Deliveries, Step, What};
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
    /// Whether it was confirmed, whatever was answered.
    pub confirmed: bool,
}

/// What operators have in front of them, and what was seen on the way that must not be.
#[derive(Debug, Default)]
pub struct Memory {
    /// The Checkouts that were opened, with their tenants and seats.
    pub links: Vec<(usize, u32, String)>,
    pub quotes: Vec<Shown>,
    pub faults: u32,
    pub wrong: Vec<String>,
    hired: u32,
}

/// A run under way.
pub struct Run {
    pub world: World,
    pub memory: Mutex<Memory>,
}

/// Whether an answer is one that the contract allows. Nobody is ever to be told that something
/// went wrong inside.
fn allowed(status: u16) -> bool {
    matches!(status, 200 | 303 | 402 | 404 | 409 | 422 | 429 | 502 | 503)
}

impl Run {
    /// Does one step, and says what came of it.
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

    /// What the portal's job does every quarter of an hour. Stripe may be away: then the next time
    /// has to do.
    pub async fn reconcile(&self) {
        let portal = self.world.portal();
        let _ = replay(&portal.db, &portal.billing, chrono::Utc::now()).await;
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

    async fn subscribe(&self, tenant: usize, seats: u32, then: Checkout) -> Result<String, String> {
        let answer = self.post(tenant, "/billing/checkout", json!({"agent_count": seats})).await?;
        let Some(url) = answer.body["checkout_url"].as_str().map(str::to_owned) else {
            return Ok(said(answer));
        };
        self.memory().links.push((tenant, seats, url.clone()));
        let (card, comes_back) = match then {
            Checkout::Leave => return Ok("a link".to_owned()),
            Checkout::PayAndClose(card) => (card, false),
            Checkout::PayAndReturn(card) => (card, true),
        };
        let (paid, back) = self.pay(&url, card).await;
        match back.filter(|_| comes_back) {
            Some(back) => {
                let path = back.strip_prefix(&self.world.tenants[tenant].owner.base);
                let path = path.ok_or_else(|| format!("led to {back}"))?;
                let owner = &self.world.tenants[tenant].owner;
                let request = owner.request(Method::GET, path).header("accept", "text/html");
                let answer = request.send().await.map_err(|error| error.to_string())?;
                self.judge(path, answer.status().as_u16(), &Value::Null);
                Ok(format!("{paid}, back {}", answer.status().as_u16()))
            }
            None => Ok(paid),
        }
    }

    /// Pays a hosted Checkout, through the bank if it asks. Answers what was seen, and where it
    /// leads back to.
    async fn pay(&self, url: &str, card: Card) -> (String, Option<String>) {
        let fields = [
            ("email", "owner@example.com"),
            ("card_number", card.number()),
            ("exp", "12 / 44"),
            ("cvc", "123"),
            ("name", "Olivia Owner"),
        ];
        let (mut status, mut leads) = self.world.hosted(url, &fields).await;
        if let Some(challenge) = leads.clone().filter(|to| to.ends_with("/challenge")) {
            (status, leads) = self.world.hosted(&challenge, &[("result", "approve")]).await;
        }
        match leads.filter(|to| to.contains("session_id=")) {
            Some(back) => ("paid".to_owned(), Some(back)),
            None => (format!("not paid ({status})"), None),
        }
    }

    async fn seats(
        &self,
        tenant: usize,
        seats: u32,
        confirmations: u32,
        bank: Bank,
    ) -> Result<String, String> {
        let answer = self.post(tenant, "/billing/quote", json!({"agent_count": seats})).await?;
        let (Some(quote_id), Some(amount_due)) =
            (answer.body["quote_id"].as_str(), answer.body["amount_due"].as_i64())
        else {
            return Ok(said(answer));
        };
        let shown = Shown {
            tenant,
            quote_id: quote_id.to_owned(),
            agent_count: seats,
            amount_due,
            confirmed: false,
        };
        self.memory().quotes.push(shown.clone());
        let outcome = match confirmations {
            0 => "not confirmed".to_owned(),
            1 => self.confirm(&shown, bank).await?,
            _ => {
                let (one, other) =
                    tokio::join!(self.confirm(&shown, bank), self.confirm(&shown, bank));
                format!("{}; {}", one?, other?)
            }
        };
        Ok(format!("{amount_due} cents: {outcome}"))
    }

    async fn confirm(&self, shown: &Shown, bank: Bank) -> Result<String, String> {
        let turn_off = self.surplus(shown.tenant, shown.agent_count).await?;
        for known in &mut self.memory().quotes {
            known.confirmed |= known.quote_id == shown.quote_id;
        }
        let body = json!({
            "agent_count": shown.agent_count, "quote_id": shown.quote_id, "turn_off": turn_off,
        });
        let answer = self.post(shown.tenant, "/billing/quantity", body).await?;
        if let Some(invoice) = answer.body["error"]["url"].as_str() {
            let outcome = self.ask_bank(invoice, bank).await;
            return Ok(format!("{}, {outcome}", said(answer)));
        }
        Ok(said(answer))
    }

    /// The newest of the agents in use, as many as there are too many for so many seats.
    async fn surplus(&self, tenant: usize, seats: u32) -> Result<Vec<Value>, String> {
        let agents = self.agents(tenant).await?;
        let active: Vec<&Value> = agents.iter().filter(|agent| agent["active"] == true).collect();
        let surplus = active.len().saturating_sub(seats as usize);
        Ok(active.iter().rev().take(surplus).map(|agent| agent["id"].clone()).collect())
    }

    async fn ask_bank(&self, invoice_url: &str, bank: Bank) -> String {
        let result = match bank {
            Bank::Approve => "approve",
            Bank::Refuse => "refuse",
            Bank::Ignore => return "the bank waits".to_owned(),
        };
        let url = format!("{invoice_url}/challenge");
        let (status, _) = self.world.hosted(&url, &[("result", result)]).await;
        format!("{result} {status}")
    }

    async fn agents(&self, tenant: usize) -> Result<Vec<Value>, String> {
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

    async fn replace_card(&self, tenant: usize, card: Card) -> Result<String, String> {
        let answer = self.post(tenant, "/billing/portal", json!({})).await?;
        let Some(url) = answer.body["portal_url"].as_str() else { return Ok(said(answer)) };
        let fields =
            [("card_number", card.number()), ("exp", "12 / 44"), ("cvc", "123"), ("name", "O")];
        let (mut status, leads) = self.world.hosted(&format!("{url}/card"), &fields).await;
        if let Some(challenge) = leads.filter(|to| to.ends_with("/challenge")) {
            (status, _) = self.world.hosted(&challenge, &[("result", "approve")]).await;
        }
        Ok(format!("card {status}"))
    }

    async fn in_billing_portal(&self, tenant: usize, what: &str) -> Result<String, String> {
        let answer = self.post(tenant, "/billing/portal", json!({})).await?;
        let Some(url) = answer.body["portal_url"].as_str() else { return Ok(said(answer)) };
        let url = format!("{url}/{what}");
        let Some(subscription) = self.live_subscription(tenant).await else {
            return Ok("no subscription".to_owned());
        };
        let fields = [("subscription", text(&subscription, "id"))];
        let (status, _) = self.world.hosted(&url, &fields).await;
        Ok(format!("{what} {status}"))
    }

    async fn pay_invoice(&self, tenant: usize, bank: Bank) -> String {
        let Some(customer) = self.customer(tenant).await else { return "no customer".to_owned() };
        let open = [("customer", text(&customer, "id")), ("status", "open")];
        let Some(invoice) = self.world.all("/invoices", &open).await.into_iter().next() else {
            return "nothing open".to_owned();
        };
        let url = text(&invoice, "hosted_invoice_url").to_owned();
        let (status, leads) = self.world.hosted(&format!("{url}/pay"), &[]).await;
        match leads.filter(|to| to.ends_with("/challenge")) {
            Some(_) => self.ask_bank(&url, bank).await,
            None => format!("pay {status}"),
        }
    }

    async fn set_quantity(&self, tenant: usize, quantity: u32) -> String {
        let Some(subscription) = self.live_subscription(tenant).await else {
            return "no subscription".to_owned();
        };
        let item = text(&subscription["items"]["data"][0], "id").to_owned();
        let quantity = quantity.to_string();
        let fields = [("quantity", quantity.as_str()), ("proration_behavior", "none")];
        let path = format!("/subscription_items/{item}");
        said(self.world.stripe(Method::POST, &path, &fields).await)
    }

    async fn end(&self, tenant: usize) -> String {
        let Some(subscription) = self.live_subscription(tenant).await else {
            return "no subscription".to_owned();
        };
        let path = format!("/subscriptions/{}", text(&subscription, "id"));
        said(self.world.stripe(Method::DELETE, &path, &[]).await)
    }

    /// The tenant's customer at Stripe.
    pub async fn customer(&self, tenant: usize) -> Option<Value> {
        let customers = self.world.all("/customers", &[]).await;
        let id = &self.world.tenants[tenant].id;
        customers.into_iter().find(|customer| customer["metadata"]["tenant_id"] == **id)
    }

    async fn live_subscription(&self, tenant: usize) -> Option<Value> {
        let customer = self.customer(tenant).await?;
        let of = [("customer", text(&customer, "id"))];
        self.world.all("/subscriptions", &of).await.into_iter().next()
    }

    async fn post(&self, tenant: usize, path: &str, mut body: Value) -> Result<Answer, String> {
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

    fn judge(&self, path: &str, status: u16, body: &Value) {
        if !allowed(status) {
            self.memory().wrong.push(format!("{path} was answered {status}: {body}"));
        }
    }
}

/// "200 trialing 3", "409 quote_stale".
fn said(answer: Answer) -> String {
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
