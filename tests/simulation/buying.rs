//! Checkout and seat changes: what is paid for.

use crate::act::{Run, Shown, said};
use crate::plan::{Bank, Card, Checkout};
use reqwest::Method;
use serde_json::{Value, json};

impl Run {
    pub async fn subscribe(
        &self,
        tenant: usize,
        seats: u32,
        then: Checkout,
    ) -> Result<String, String> {
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

    /// Pays a hosted Checkout, through the bank if it asks. Returns what was seen, and where Checkout
    /// leads back to.
    pub async fn pay(&self, url: &str, card: Card) -> (String, Option<String>) {
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

    pub async fn seats(
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

    pub async fn confirm(&self, shown: &Shown, bank: Bank) -> Result<String, String> {
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

    /// The newest active agents, as many as exceed this number of seats.
    pub async fn surplus(&self, tenant: usize, seats: u32) -> Result<Vec<Value>, String> {
        let agents = self.agents(tenant).await?;
        let active: Vec<&Value> = agents.iter().filter(|agent| agent["active"] == true).collect();
        let surplus = active.len().saturating_sub(seats as usize);
        Ok(active.iter().rev().take(surplus).map(|agent| agent["id"].clone()).collect())
    }

    pub async fn ask_bank(&self, invoice_url: &str, bank: Bank) -> String {
        let result = match bank {
            Bank::Approve => "approve",
            Bank::Refuse => "refuse",
            Bank::Ignore => return "the bank waits".to_owned(),
        };
        let url = format!("{invoice_url}/challenge");
        let (status, _) = self.world.hosted(&url, &[("result", result)]).await;
        format!("{result} {status}")
    }
}
