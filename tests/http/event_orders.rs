//! Whatever order a lifecycle's events come in, and however often each does, the tenant ends up as it
//! is at Stripe.

use crate::helpers::*;
use futures_util::StreamExt;
use portal::model::{SubscriptionStatus, TenantId};
use portal::store::{EventState, SubscriptionState, SyncStamp};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// How many tenants' lifecycles run at the same time.
const AT_ONCE: usize = 8;

/// The steps at Stripe, for a subscription that began as a trial with two seats.
const STEPS: [(&str, &str); 5] = [
    ("item", "quantity=5&proration_behavior=none"),
    ("", "trial_end=now&proration_behavior=none"),
    ("", "cancel_at_period_end=true"),
    ("item", "quantity=4&proration_behavior=none"),
    ("", "cancel_at_period_end=false"),
];

/// A tenant whose subscription changes at Stripe, while only the test delivers its events.
struct Life<'a> {
    world: &'a World,
    http: Client,
    tenant_id: TenantId,
    customer: String,
    subscription: Value,
    /// The ids of its events that have been read.
    seen: BTreeSet<String>,
}

impl<'a> Life<'a> {
    async fn begin(world: &'a World, http: Client, name: &str) -> Self {
        let tenant_id: TenantId = name.parse().expect("an id");
        world.portal.db.create_tenant(&tenant_id, name, chrono::Utc::now()).await.expect("made");
        let mut life = Self {
            world,
            http,
            tenant_id,
            customer: String::new(),
            subscription: Value::Null,
            seen: BTreeSet::new(),
        };
        let customer = life.stripe(Method::POST, "customers", "name=Ada").await;
        life.customer = text(&customer, "/id");
        let attach = format!("customer={}", life.customer);
        let card = life.stripe(Method::POST, "payment_methods/pm_card_visa/attach", &attach).await;
        let prices = life.stripe(Method::GET, "prices?lookup_keys[]=ai_employee_monthly", "").await;
        let form = format!(
            "customer={}&items[0][price]={}&items[0][quantity]=2&trial_period_days=14\
             &default_payment_method={}",
            life.customer,
            text(&prices, "/data/0/id"),
            text(&card, "/id"),
        );
        life.subscription = life.stripe(Method::POST, "subscriptions", &form).await;
        let tie = format!(
            "UPDATE tenants SET stripe_customer_id = '{}' WHERE id = '{name}'",
            life.customer
        );
        assert_eq!(world.sql(&tie).await, Ok(1));
        life
    }

    async fn stripe(&self, method: Method, path: &str, form: &str) -> Value {
        let request = self.http.request(method, format!("{}/v1/{path}", self.world.sandbox()));
        let request = request.bearer_auth("sk_test_another_program").body(form.to_owned());
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path} {form}");
        answer.json().await.expect("JSON")
    }

    /// Carries out a step at Stripe.
    async fn step(&mut self, (what, form): (&str, &str)) {
        let path = match what {
            "item" => {
                format!("subscription_items/{}", text(&self.subscription, "/items/data/0/id"))
            }
            _ => format!("subscriptions/{}", text(&self.subscription, "/id")),
        };
        self.stripe(Method::POST, &path, form).await;
    }

    /// Its new events, oldest first.
    async fn events(&mut self) -> Vec<Value> {
        let list = self.stripe(Method::GET, "events?limit=100", "").await;
        let mut events: Vec<Value> = list["data"].as_array().expect("events").clone();
        events.retain(|event| event["data"]["object"]["customer"] == *self.customer);
        events.retain(|event| self.seen.insert(text(event, "/id")));
        events.reverse();
        events
    }

    async fn deliver(&self, event: &Value) {
        let body = event.to_string();
        let signature = sign(&body, "whsec_current", chrono::Utc::now().timestamp());
        let request = self.http.post(format!("{}/api/webhooks/stripe", self.world.portal.url));
        let request = request.header("stripe-signature", signature).body(body);
        assert_eq!(request.send().await.expect("an answer").status(), 200);
    }

    /// Waits until these events are done, and asserts that the tenant is as at Stripe.
    async fn ends_as_at_stripe(&self, events: &[Value], how: &str) {
        let db = &self.world.portal.db;
        for event in events {
            let mut state = None;
            for _ in 0..600 {
                let kept = self.world.inbox_event(&text(event, "/id")).await;
                state = kept.map(|event| event.state);
                if state == Some(EventState::Done) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            assert_eq!(state, Some(EventState::Done), "{how}");
        }
        let path = format!("subscriptions/{}", text(&self.subscription, "/id"));
        let at_stripe = self.stripe(Method::GET, &path, "").await;
        let tenant = db.tenant(&self.tenant_id, "", chrono::Utc::now()).await.expect("a query");
        let tenant = tenant.expect("a tenant");
        assert_eq!(
            json!([
                tenant.stripe_subscription_id,
                tenant.subscription_status.as_str(),
                tenant.agent_quota,
                tenant.cancels_at.map(|at| at.timestamp()),
                tenant.current_period_end.map(|at| at.timestamp()),
            ]),
            json!([
                at_stripe["id"],
                at_stripe["status"],
                at_stripe["items"]["data"][0]["quantity"],
                at_stripe["cancel_at"],
                at_stripe["items"]["data"][0]["current_period_end"],
            ]),
            "{how}"
        );
        let difference = self.world.portal.billing.reconcile(&self.tenant_id, true).await;
        assert_eq!(difference.expect("an answer"), None, "{how}");
    }
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).expect("a text").to_owned()
}

/// All permutations of `0..count`.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let Some(last) = count.checked_sub(1) else { return vec![Vec::new()] };
    let shorter = orders(last).into_iter();
    let with_last = |order: Vec<usize>| {
        (0..count).map(move |at| [&order[..at], &[last], &order[at..]].concat())
    };
    shorter.flat_map(with_last).collect()
}

/// All orders in which three syncs can run, each of which takes a fence, reads and writes: which sync
/// does its next step. They are numbered by their fences.
fn interleavings() -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for _ in 0..9 {
        let longer = |order: Vec<usize>| {
            let steps = |of: usize| order.iter().filter(|sync| **sync == of).count();
            let next = (0..3).filter(|of| steps(*of) < 3 && (*of == 0 || steps(*of - 1) > 0));
            next.map(|of| [&order[..], &[of]].concat()).collect::<Vec<_>>()
        };
        all = all.into_iter().flat_map(longer).collect();
    }
    all
}

fn seats(agent_quota: u32) -> SubscriptionState {
    SubscriptionState {
        subscription_id: Some("sub_1".to_owned()),
        item_id: Some("si_1".to_owned()),
        stripe_status: Some("active".to_owned()),
        status: SubscriptionStatus::Active,
        trial_ends_at: None,
        agent_quota,
        current_period_end: None,
        cancels_at: None,
        price: None,
        livemode: false,
        unpaid_invoice: None,
        trial_used: false,
    }
}

on_both_databases! {
    async fn a_lifecycle_s_events_in_every_order_and_twice_end_as_at_stripe(world: World) {
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        let http = world.anonymous().http;
        let mut lives = Vec::new();
        for (place, order) in orders(5).into_iter().enumerate() {
            let mut life = Life::begin(&world, http.clone(), &format!("tenant_{place}")).await;
            for step in &STEPS[..3] {
                life.step(*step).await;
            }
            let events = life.events().await;
            let types: Vec<String> = events.iter().map(|event| text(event, "/type")).collect();
            let nth = |of: &str, nth: usize| {
                let found = types.iter().enumerate().filter(|(_, one)| *one == of).nth(nth);
                events[found.unwrap_or_else(|| panic!("no {nth}. {of}: {types:?}")).0].clone()
            };
            let chosen = [
                nth("customer.subscription.created", 0),
                nth("customer.subscription.updated", 0),
                nth("invoice.paid", 1),
                nth("customer.subscription.updated", 1),
                nth("customer.subscription.updated", 2),
            ];
            lives.push((life, order, chosen));
        }
        assert_eq!(lives.len(), 120);
        let deliveries = lives.iter().map(async |(life, order, events)| {
            for place in order.iter().chain(order) {
                life.deliver(&events[*place]).await;
            }
        });
        futures_util::stream::iter(deliveries).buffer_unordered(AT_ONCE).collect::<()>().await;
        for (life, order, events) in &lives {
            life.ends_as_at_stripe(events, &format!("{order:?}")).await;
        }
    }

    async fn events_that_come_late_and_twice_while_things_go_on_end_as_at_stripe(world: World) {
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        let http = world.anonymous().http;
        let mut runner = TestRunner::default();
        let choices = prop::collection::vec(any::<Index>(), 60);
        let lives = (0..24).map(|number| {
            let (world, http) = (&world, http.clone());
            let choices = choices.new_tree(&mut runner).expect("choices").current();
            async move {
                let mut life = Life::begin(world, http, &format!("tenant_{number}")).await;
                let (mut steps, mut known) = (STEPS.iter(), life.events().await);
                let mut waiting: Vec<Value> = [known.clone(), known.clone()].concat();
                let mut told = Vec::new();
                for choice in choices {
                    // Either the next step or one of the pending deliveries.
                    let at = choice.index(waiting.len() + 1);
                    if at < waiting.len() {
                        let event = waiting.remove(at);
                        life.deliver(&event).await;
                        told.push(text(&event, "/type"));
                    } else if let Some(step) = steps.next() {
                        life.step(*step).await;
                        told.push(format!("{step:?}"));
                        let events = life.events().await;
                        waiting.extend([events.clone(), events.clone()].concat());
                        known.extend(events);
                    }
                }
                for step in steps {
                    life.step(*step).await;
                    let events = life.events().await;
                    waiting.extend(events.clone());
                    known.extend(events);
                }
                for event in &waiting {
                    life.deliver(event).await;
                }
                life.ends_as_at_stripe(&known, &format!("{told:#?}")).await;
            }
        });
        futures_util::stream::iter(lives).buffer_unordered(AT_ONCE).collect::<()>().await;
    }

    async fn three_syncs_interleaved_in_every_way_leave_what_stripe_says_last(world: World) {
        let db = &world.portal.db;
        let all = interleavings();
        assert_eq!(all.len(), 280);
        for (number, order) in all.iter().enumerate() {
            let tenant_id: TenantId = format!("tenant_{number}").parse().expect("an id");
            db.create_tenant(&tenant_id, "Ada", chrono::Utc::now()).await.expect("made");
            // Stripe's seats change just before each sync begins, as that change causes the sync.
            let mut at_stripe = 0;
            let mut syncs = [(0, None); 3];
            for sync in order {
                let (fence, read) = &mut syncs[*sync];
                match (*fence, *read) {
                    (0, _) => {
                        at_stripe += 1;
                        *fence = db.take_fence(&tenant_id).await.expect("a query").expect("a fence");
                    }
                    (_, None) => *read = Some(at_stripe),
                    (fence, Some(read)) => {
                        let sync = SyncStamp { fence, by: "test", now: chrono::Utc::now() };
                        let none = |_: &portal::store::Change| Vec::new();
                        let state = seats(read);
                        let written = db.write_subscription(&tenant_id, sync, &state, &none).await;
                        written.expect("a query");
                    }
                }
            }
            let tenant = db.tenant(&tenant_id, "", chrono::Utc::now()).await.expect("a query");
            assert_eq!(tenant.expect("a tenant").agent_quota, 3, "{order:?}");
        }
    }
}
