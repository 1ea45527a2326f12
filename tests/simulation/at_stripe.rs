//! What customers do on Stripe's hosted pages, and colleagues in its Dashboard.

use crate::act::{Run, said};
use crate::plan::{Bank, Card};
use crate::world::text;
use reqwest::Method;
use serde_json::{Value, json};

impl Run {
    pub async fn replace_card(&self, tenant: usize, card: Card) -> Result<String, String> {
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

    pub async fn in_billing_portal(&self, tenant: usize, what: &str) -> Result<String, String> {
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

    pub async fn pay_invoice(&self, tenant: usize, bank: Bank) -> String {
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

    pub async fn set_quantity(&self, tenant: usize, quantity: u32) -> String {
        let Some(subscription) = self.live_subscription(tenant).await else {
            return "no subscription".to_owned();
        };
        let item = text(&subscription["items"]["data"][0], "id").to_owned();
        let quantity = quantity.to_string();
        let fields = [("quantity", quantity.as_str()), ("proration_behavior", "none")];
        let path = format!("/subscription_items/{item}");
        said(self.world.stripe(Method::POST, &path, &fields).await)
    }

    pub async fn end(&self, tenant: usize) -> String {
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

    pub async fn live_subscription(&self, tenant: usize) -> Option<Value> {
        let customer = self.customer(tenant).await?;
        let of = [("customer", text(&customer, "id"))];
        self.world.all("/subscriptions", &of).await.into_iter().next()
    }
}
