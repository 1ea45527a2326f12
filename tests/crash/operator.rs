//! An operator who acts, retries until there is an answer, and remembers the answers.

use crate::helpers::PASSWORD;
use crate::random::Random;
use crate::setting::{email, stripe, tenant};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// The only person in a tenant, so that the tenant's expected state is known.
pub struct Operator {
    pub tenant: String,
    pub url: String,
    pub http: Client,
    email: String,
    stripe_url: String,
    random: Random,
    /// The cookies of all sessions that were started.
    pub sessions: Vec<String>,
    /// Each agent by name: its id, and whether it was last turned on or off here, if ever.
    pub agents: BTreeMap<String, (String, Option<bool>)>,
    /// The amounts of the quotes that were confirmed, by quote id.
    pub quotes: BTreeMap<String, i64>,
    pub seats: u32,
    pub subscribed: bool,
    pub cancels: bool,
    /// How many requests were answered.
    pub answered: usize,
    /// How many got no answer or a 5xx, and were sent again.
    pub unanswered: usize,
}

impl Operator {
    pub fn new(number: usize, url: String, stripe_url: String, random: Random) -> Self {
        // Each request uses a new connection, as with nginx.
        let http = Client::builder()
            .redirect(Policy::none())
            .pool_max_idle_per_host(0)
            .timeout(Duration::from_secs(60));
        Self {
            tenant: tenant(number),
            email: email(number),
            url,
            stripe_url,
            http: http.build().expect("a client"),
            random,
            sessions: Vec::new(),
            agents: BTreeMap::new(),
            quotes: BTreeMap::new(),
            seats: 0,
            subscribed: false,
            cancels: false,
            answered: 0,
            unanswered: 0,
        }
    }

    /// Acts until stopped, and finishes what it started.
    pub async fn act(mut self, stop: CancellationToken) -> Self {
        self.sign_in().await;
        while !stop.is_cancelled() {
            match self.random.below(12) {
                0 => self.sign_in().await,
                _ if !self.subscribed => self.subscribe().await,
                1..=3 => self.change_seats().await,
                4 => self.cancel("period_end").await,
                5 if self.random.below(3) == 0 => self.cancel("now").await,
                5 | 6 => self.resume().await,
                7 | 8 => self.hire().await,
                9 | 10 => self.switch().await,
                _ => self.look().await,
            }
            sleep(Duration::from_millis(self.random.below(60))).await;
        }
        self
    }

    pub async fn signed_in(mut self) -> Self {
        self.sign_in().await;
        self
    }

    pub async fn subscribed(mut self) -> Self {
        self.subscribe().await;
        self
    }

    pub async fn sign_in(&mut self) {
        loop {
            let body = json!({"email": self.email, "password": PASSWORD});
            let request = self.http.post(format!("{}/api/auth/login", self.url)).json(&body);
            if let Some(answer) = self.count(request.send().await) {
                assert_eq!(answer.status(), 200);
                let cookie = answer.headers()[SET_COOKIE].to_str().expect("ASCII");
                self.sessions.push(cookie.split(';').next().expect("a pair").to_owned());
                return;
            }
        }
    }

    async fn subscribe(&mut self) {
        let seats = 1 + self.random.below(4) as u32 + 1;
        let body = json!({"tenant_id": self.tenant, "agent_count": seats});
        let (status, answer) = self.post("/api/portal/billing/checkout", body).await;
        assert_eq!(status, 200, "{answer}");
        let checkout_url = answer["checkout_url"].as_str().expect("a checkout_url");
        let fields = [
            ("email", self.email.as_str()),
            ("card_number", "4242 4242 4242 4242"),
            ("exp", "12 / 34"),
            ("cvc", "123"),
            ("name", "Olivia Owner"),
        ];
        let paid = self.http.post(checkout_url).form(&fields).send().await.expect("an answer");
        let back = paid.headers()[LOCATION].to_str().expect("ASCII").to_owned();
        let (_, session) = back.split_once("session_id=").expect("a session");
        let body = json!({"tenant_id": self.tenant, "session_id": session});
        let (status, answer) = self.post("/api/portal/billing/confirm", body).await;
        assert_eq!((status, &answer["confirmed"]), (200, &json!(true)), "{answer}");
        (self.subscribed, self.seats, self.cancels) = (true, seats, false);
        // From here on seats cost money.
        let id = answer["tenant"]["stripe_subscription_id"].as_str().expect("an id");
        let path = format!("/subscriptions/{id}");
        let now = [("trial_end", "now")];
        stripe(&self.http, &self.stripe_url, Method::POST, &path, &now).await;
        self.look().await;
    }

    async fn change_seats(&mut self) {
        let to = 1 + self.random.below(8) as u32;
        if to == self.seats {
            return;
        }
        let body = json!({"tenant_id": self.tenant, "agent_count": to});
        let (status, quote) = self.post("/api/portal/billing/quote", body).await;
        if status != 200 {
            // A confirmation whose outcome is not known yet.
            assert_eq!(quote["error"]["code"], "change_in_progress", "{quote}");
            return;
        }
        let active = self.active().await;
        let leaving = &active[..active.len().saturating_sub(to as usize)];
        let id = quote["quote_id"].as_str().expect("an id").to_owned();
        let amount = quote["amount_due"].as_i64().expect("an amount");
        self.quotes.insert(id.clone(), amount);
        let body = json!({
            "tenant_id": self.tenant, "agent_count": to, "quote_id": id, "turn_off": leaving,
        });
        let (status, answer) = self.post("/api/portal/billing/quantity", body).await;
        if status == 200 {
            assert_eq!(answer["agent_quota"], to, "{answer}");
            self.seats = to;
            for (id, on) in self.agents.values_mut() {
                *on = on.filter(|_| !leaving.contains(id));
            }
        } else {
            let code = answer["error"]["code"].as_str().expect("a code");
            assert!(["quote_stale", "change_in_progress"].contains(&code), "{answer}");
        }
    }

    async fn cancel(&mut self, at: &str) {
        let body = json!({"tenant_id": self.tenant, "at": at});
        let (status, answer) = self.post("/api/portal/billing/cancel", body).await;
        // On a retry after a lost answer, nothing is left to cancel.
        let gone = status == 409 && answer["error"]["code"] == "no_subscription" && at == "now";
        assert!(status == 200 || gone, "{answer}");
        self.cancels = at == "period_end";
        self.subscribed = at == "period_end";
    }

    async fn resume(&mut self) {
        let body = json!({"tenant_id": self.tenant});
        let (status, answer) = self.post("/api/portal/billing/resume", body).await;
        assert_eq!((status, &answer["cancels_at"]), (200, &Value::Null), "{answer}");
        self.cancels = false;
    }

    pub async fn hire(&mut self) {
        let name = format!("Agent {}", self.agents.len() + 1);
        let body = json!({"tenant_id": self.tenant, "name": name});
        loop {
            match self.ask_once(Method::POST, "/api/portal/agents", Some(&body)).await {
                Some((200, agent)) => {
                    let id = agent["id"].as_str().expect("an id").to_owned();
                    self.agents.insert(name, (id, Some(true)));
                    return;
                }
                Some((status, answer)) => {
                    let code = &answer["error"]["code"];
                    assert_eq!((status, code), (409, &json!("quota_exceeded")), "{answer}");
                    return;
                }
                // As a person would, check whether it was done before doing it again.
                None => {
                    let list = self.list().await;
                    if let Some(agent) = list.iter().find(|agent| agent["name"] == name.as_str()) {
                        let id = agent["id"].as_str().expect("an id").to_owned();
                        self.agents.insert(name, (id, None));
                        return;
                    }
                }
            }
        }
    }

    async fn switch(&mut self) {
        if self.agents.is_empty() {
            return;
        }
        let at = self.random.below(self.agents.len() as u64) as usize;
        let on = self.random.below(2) == 0;
        let (name, (id, _)) = self.agents.iter().nth(at).expect("an agent");
        let (name, action) = (name.clone(), if on { "activate" } else { "deactivate" });
        let path = format!("/api/portal/agents/{id}/{action}");
        let (status, answer) = self.post(&path, json!({"tenant_id": self.tenant})).await;
        if status == 200 {
            self.agents.entry(name).and_modify(|agent| agent.1 = Some(on));
        } else {
            assert_eq!(answer["error"]["code"], "quota_exceeded", "{answer}");
        }
    }

    /// Loads a page, and has the tenant synced with Stripe.
    async fn look(&mut self) {
        let page = format!("/billing?tenant_id={}", self.tenant);
        assert_eq!(self.ask(Method::GET, &page, None).await.0, 200);
        let body = json!({"tenant_id": self.tenant});
        assert_eq!(self.post("/api/portal/billing/refresh", body).await.0, 200);
    }

    /// The tenant's agents, as the portal lists them.
    pub async fn list(&mut self) -> Vec<Value> {
        let path = format!("/api/portal/agents?tenant_id={}", self.tenant);
        let (status, list) = self.ask(Method::GET, &path, None).await;
        assert_eq!(status, 200, "{list}");
        list["agents"].as_array().expect("agents").clone()
    }

    async fn active(&mut self) -> Vec<String> {
        let list = self.list().await;
        let active = list.iter().filter(|agent| agent["active"] == true);
        active.map(|agent| agent["id"].as_str().expect("an id").to_owned()).collect()
    }

    async fn post(&mut self, path: &str, body: Value) -> (u16, Value) {
        self.ask(Method::POST, path, Some(&body)).await
    }

    /// Sends a request until there is an answer.
    pub async fn ask(&mut self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        loop {
            if let Some(answer) = self.ask_once(method.clone(), path, body).await {
                return answer;
            }
        }
    }

    /// The status and the body; `None` if there was no answer, or one that says to retry.
    async fn ask_once(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Option<(u16, Value)> {
        let request = self.http.request(method, format!("{}{path}", self.url));
        let request = request.header(COOKIE, self.sessions.last().expect("a session"));
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = match self.count(request.send().await) {
            Some(answer) => answer,
            None => {
                sleep(Duration::from_millis(50)).await;
                return None;
            }
        };
        let status = answer.status().as_u16();
        let text = answer.text().await.ok()?;
        Some((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    fn count(&mut self, sent: reqwest::Result<reqwest::Response>) -> Option<reqwest::Response> {
        let answer = sent.ok().filter(|answer| !answer.status().is_server_error());
        match &answer {
            Some(_) => self.answered += 1,
            None => self.unanswered += 1,
        }
        answer
    }
}
