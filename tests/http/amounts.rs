//! The amounts people are shown: the demo tenant's quotes, invoices and next charge.

use crate::helpers::{DEMO, Person};
use serde_json::{Value, json};

impl Person {
    /// A quote for this many agents.
    pub async fn quote(&self, count: u32) -> Value {
        let seats = json!({"tenant_id": DEMO, "agent_count": count});
        self.post("/api/portal/billing/quote", seats).await.ok()
    }

    /// Buys what was quoted; returns the tenant.
    pub async fn confirm(&self, quote: &Value) -> Value {
        let body = json!({
            "tenant_id": DEMO, "agent_count": quote["agent_count"], "quote_id": quote["quote_id"],
        });
        self.post("/api/portal/billing/quantity", body).await.ok()
    }

    /// The next charge, or null.
    pub async fn next_charge(&self) -> Value {
        let path = format!("/api/portal/billing/next_charge?tenant_id={DEMO}");
        self.get(&path).await.ok()
    }

    /// The total of the latest invoice.
    pub async fn latest_total(&self) -> Value {
        let path = format!("/api/portal/billing/invoices?tenant_id={DEMO}");
        self.get(&path).await.ok()[0]["total"]["amount"].clone()
    }
}
