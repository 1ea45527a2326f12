//! What people are told of amounts: the demo tenant's quotes, invoices and next charge.

use crate::helpers::{DEMO, Person};
use serde_json::{Value, json};

impl Person {
    /// What so many agents would cost.
    pub async fn quote(&self, count: u32) -> Value {
        let seats = json!({"tenant_id": DEMO, "agent_count": count});
        self.post("/api/portal/billing/quote", seats).await.ok()
    }

    /// Buys as quoted; answers the tenant.
    pub async fn confirm(&self, quote: &Value) -> Value {
        let body = json!({
            "tenant_id": DEMO, "agent_count": quote["agent_count"], "quote_id": quote["quote_id"],
        });
        self.post("/api/portal/billing/quantity", body).await.ok()
    }

    /// What will be charged next, or null.
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
