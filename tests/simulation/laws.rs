//! What must hold once it is quiet, whatever happened before.

use crate::act::{Run, Shown};
use crate::plan::TENANTS;
use crate::states::State;
use crate::world::text;
use portal::billing::Walk;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// Statuses of a subscription that can still be billed.
const LIVE: [&str; 5] = ["trialing", "active", "past_due", "unpaid", "paused"];

impl Run {
    /// Lets everything in progress finish: no more faults, everything delivered, processed and
    /// reconciled. It is wrong if that never becomes quiet.
    pub async fn settle(&mut self) {
        self.world.control("/_sandbox/faults/clear", &[]).await;
        self.world.control("/_sandbox/deliveries", &[("action", "clear")]).await;
        let release = [("action", "release"), ("order", "queued")];
        self.world.control("/_sandbox/deliveries", &release).await;
        let mut quiet = 0;
        for _ in 0..200 {
            self.world.watched.waiting_is_over().await;
            self.reconcile().await;
            let still = !self.world.delivers().await;
            let still = still && self.world.watched.stuck_events().await.is_empty();
            quiet = if still { quiet + 1 } else { 0 };
            if quiet == 2 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Every violation found.
    pub async fn broken_laws(&self) -> Vec<String> {
        let mut broken = std::mem::take(&mut self.memory().wrong);
        broken.extend(self.no_event_is_stuck().await);
        broken.extend(self.limits_were_kept().await);
        broken.extend(self.nothing_differs_from_stripe().await);
        for tenant in 0..TENANTS {
            broken.extend(self.tenant_is_as_at_stripe(tenant).await);
            let charged = self.charged(tenant).await;
            broken.extend(self.charges_were_agreed(tenant, &charged));
            broken.extend(self.charges_were_told(tenant, &charged).await);
        }
        broken
    }

    /// An event that a late retry has just delivered is not stuck.
    async fn no_event_is_stuck(&self) -> Vec<String> {
        let mut stuck = self.world.watched.stuck_events().await;
        for _ in 0..100 {
            if stuck.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            stuck = self.world.watched.stuck_events().await;
        }
        stuck.iter().map(|event| format!("stuck: {event:?}")).collect()
    }

    /// Never more active agents than the quota, and none without access, at any commit.
    async fn limits_were_kept(&self) -> Vec<String> {
        let over = |state: &&State| {
            let access = matches!(state.status.as_str(), "trialing" | "active" | "past_due");
            state.active > state.quota || (state.active > 0 && !access)
        };
        let states = self.world.watched.states().await;
        states.iter().filter(over).map(|state| format!("over the limit: {state:?}")).collect()
    }

    async fn nothing_differs_from_stripe(&self) -> Vec<String> {
        let mut differing = Vec::new();
        let walk = Walk { dry_run: true, synced_before: None };
        let walked =
            self.world.portal().billing.reconcile_all(walk, |finding| match finding.outcome {
                Ok(None) => {}
                Ok(Some(difference)) => differing.push(format!("differs: {difference:?}")),
                Err(error) => differing.push(format!("{}: {error}", finding.tenant_id)),
            });
        if let Err(error) = walked.await {
            differing.push(format!("could not be compared: {error}"));
        }
        differing
    }

    /// The same, checked independently of the portal's code: the API's tenant against Stripe's lists.
    async fn tenant_is_as_at_stripe(&self, tenant: usize) -> Vec<String> {
        let mut broken = Vec::new();
        let id = &self.world.tenants[tenant].id;
        let owner = &self.world.tenants[tenant].owner;
        let row = owner.get(&format!("/api/portal/tenant?tenant_id={id}")).await;
        if row.status != 200 {
            return vec![format!("{id} was answered {}: {}", row.status, row.body)];
        }
        let customers = self.world.all("/customers", &[]).await;
        let ours = |customer: &&Value| customer["metadata"]["tenant_id"] == **id;
        let ours: Vec<&Value> = customers.iter().filter(ours).collect();
        if ours.len() > 1 {
            broken.push(format!("{id} has {} customers", ours.len()));
        }
        let Some(customer) = ours.first() else { return broken };
        let of = [("customer", text(customer, "id")), ("status", "all")];
        let all = self.world.all("/subscriptions", &of).await;
        let live: Vec<&Value> =
            all.iter().filter(|one| LIVE.contains(&text(one, "status"))).collect();
        if live.len() > 1 {
            broken.push(format!("{id} has {} live subscriptions", live.len()));
        }
        let expected = match live.first() {
            Some(one) => {
                let status = text(one, "status").replace("paused", "unpaid");
                let quota = match status.as_str() {
                    "unpaid" => 0,
                    _ => one["items"]["data"][0]["quantity"].as_i64().unwrap_or_default(),
                };
                (status, quota)
            }
            None if all.is_empty() => ("none".to_owned(), 0),
            None => ("canceled".to_owned(), 0),
        };
        let found = (
            text(&row.body, "subscription_status").to_owned(),
            row.body["agent_quota"].as_i64().unwrap_or(-1),
        );
        if found != expected {
            broken.push(format!("{id} is {found:?}, and at Stripe {expected:?}"));
        }
        broken
    }

    /// The invoices with an amount paid.
    async fn charged(&self, tenant: usize) -> Vec<Value> {
        let Some(customer) = self.customer(tenant).await else { return Vec::new() };
        let of = [("customer", text(&customer, "id")), ("status", "paid")];
        let mut invoices = self.world.all("/invoices", &of).await;
        invoices.retain(|invoice| paid(invoice) != 0);
        invoices
    }

    /// Every charge is a renewal, a Checkout, or the amount of a confirmed quote.
    fn charges_were_agreed(&self, tenant: usize, charged: &[Value]) -> Vec<String> {
        let memory = self.memory();
        let agreed = |shown: &&Shown| shown.confirmed && shown.tenant == tenant;
        let mut confirmed = counted(memory.quotes.iter().filter(agreed).map(|one| one.amount_due));
        let mut broken = Vec::new();
        for invoice in charged {
            let (amount, reason) = (paid(invoice), text(invoice, "billing_reason"));
            // The customer's credit may have paid part of it.
            let costs = |seats: u32| i64::from(seats) * 4_900 == invoice["total"];
            let agreed = match reason {
                "subscription_cycle" => true,
                "subscription_create" => {
                    memory.links.iter().any(|(of, seats, _)| *of == tenant && costs(*seats))
                }
                "subscription_update" => confirmed.get_mut(&amount).is_some_and(|left| {
                    let some = *left > 0;
                    *left -= i64::from(some);
                    some
                }),
                _ => false,
            };
            if !agreed {
                let id = text(invoice, "id");
                broken
                    .push(format!("nobody agreed to {amount} of tenant {tenant} ({id}, {reason})"));
            }
        }
        broken
    }

    /// Every charge appears in the timeline exactly once.
    async fn charges_were_told(&self, tenant: usize, charged: &[Value]) -> Vec<String> {
        let id = &self.world.tenants[tenant].id;
        let owner = &self.world.tenants[tenant].owner;
        let mut told = Vec::new();
        let mut before = String::new();
        loop {
            let path = format!("/api/portal/activity?tenant_id={id}{before}");
            let page = owner.get(&path).await.ok();
            for entry in page["entries"].as_array().expect("entries") {
                let amount = entry["amount"]["amount"].as_i64().unwrap_or_default();
                let charge = matches!(text(entry, "kind"), "invoice_paid" | "seats_changed");
                told.extend((charge && amount > 0).then_some(amount));
            }
            match page["next"].as_i64() {
                Some(next) => before = format!("&before={next}"),
                None => break,
            }
        }
        let (told, charged) = (counted(told), counted(charged.iter().map(paid)));
        if told == charged {
            return Vec::new();
        }
        vec![format!("tenant {tenant} was charged {charged:?}, and told {told:?}")]
    }
}

/// What was paid for an invoice, in cents.
fn paid(invoice: &Value) -> i64 {
    invoice["amount_paid"].as_i64().unwrap_or_default()
}

/// How often each amount occurs.
fn counted(amounts: impl IntoIterator<Item = i64>) -> BTreeMap<i64, i64> {
    let mut counts = BTreeMap::new();
    for amount in amounts {
        *counts.entry(amount).or_default() += 1;
    }
    counts
}
