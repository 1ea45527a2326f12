//! Everything a sandbox remembers, in one struct so that there is one thing to keep on disk. Every
//! change to an object goes through here, which makes the events complete.

use crate::sandbox::clock::Clock;
use crate::sandbox::delivery::plan::{Action, Plan};
use crate::sandbox::delivery::{self, Delivery, Standing};
use crate::sandbox::kept::Rows;
use crate::sandbox::objects;
use crate::sandbox::protocol::errors::ApiError;
use crate::sandbox::protocol::faults::Armed;
use crate::sandbox::protocol::idempotency::Answers;
use crate::sandbox::retries::Retries;
use crate::sandbox::store::{Kind, Store};
use crate::sandbox::value::{Fields, previous_attributes, public};
use serde_json::Value;

/// The request that caused an event: an event's `request`.
#[derive(Clone, Debug)]
pub struct Origin {
    pub id: String,
    pub idempotency_key: Option<String>,
}

/// Everything a sandbox remembers.
#[derive(Clone, Debug)]
pub struct State {
    /// The clock that every time in here comes from.
    pub clock: Clock,
    pub store: Store,
    /// Each event's delivery to each endpoint, oldest first.
    pub deliveries: Rows<Delivery>,
    /// The developer's plan for events to come.
    pub plan: Plan,
    /// Stored responses, by `Idempotency-Key`.
    pub answers: Answers,
    /// Faults armed for calls to come, in the order they were armed.
    pub faults: Vec<Armed>,
    /// The request being served, if one is.
    pub origin: Option<Origin>,
    /// What happens to renewals that could not be charged.
    pub retries: Retries,
    /// Base URL of the hosted pages' links.
    pub base: String,
}

impl State {
    /// An empty state that follows the wall clock.
    pub fn new(base: String) -> State {
        State {
            clock: Clock::default(),
            store: Store::default(),
            deliveries: Rows::default(),
            plan: Plan::default(),
            answers: Answers::default(),
            faults: Vec::new(),
            origin: None,
            retries: Retries::default(),
            base,
        }
    }

    /// The sandbox's time, in Unix seconds.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// A copy of an object, or Stripe's "No such …" error for the named parameter.
    pub fn require(&self, kind: Kind, id: &str, param: &str) -> Result<Value, ApiError> {
        self.store.get(kind, id).cloned().ok_or_else(|| ApiError::no_such(kind.word(), id, param))
    }

    /// Adds an object, and emits the event type if one is given.
    pub fn create(&mut self, kind: Kind, value: Value, event: Option<&str>) {
        if let Some(event) = event {
            let shown = public(&value);
            self.store.insert(kind, value);
            self.emit(event, shown, None);
        } else {
            self.store.insert(kind, value);
        }
    }

    /// Changes an object, and emits the event if anything visible changed. Returns the new object.
    pub fn change(
        &mut self,
        kind: Kind,
        id: &str,
        event: &str,
        edit: impl FnOnce(&mut Value),
    ) -> Option<Value> {
        self.change_with(kind, id, &[event], edit)
    }

    /// Like [`State::change`], for a change with several events, emitted in this order. Those of type
    /// `*.updated` carry `previous_attributes`.
    pub fn change_with(
        &mut self,
        kind: Kind,
        id: &str,
        events: &[&str],
        edit: impl FnOnce(&mut Value),
    ) -> Option<Value> {
        let row = self.store.get_mut(kind, id)?;
        let before = row.clone();
        edit(row);
        let after = row.clone();
        let previous = previous_attributes(&before, &after);
        if !previous.is_empty() {
            let (shown, previous) = (public(&after), public(&Value::Object(previous)));
            for event in events {
                let previous = event.ends_with(".updated").then(|| previous.clone());
                self.emit(event, shown.clone(), previous);
            }
        }
        Some(after)
    }

    /// Changes an object without emitting an event.
    pub fn edit(&mut self, kind: Kind, id: &str, edit: impl FnOnce(&mut Value)) {
        if let Some(row) = self.store.get_mut(kind, id) {
            edit(row);
        }
    }

    /// Creates an event and queues it for every endpoint that wants it; returns its id.
    pub fn emit(&mut self, event: &str, shown: Value, previous: Option<Value>) -> String {
        let endpoints: Vec<String> = self
            .store
            .all(Kind::WebhookEndpoint)
            .filter(|endpoint| delivery::is_enabled(endpoint) && wants(endpoint, event))
            .map(|endpoint| endpoint.text("id").to_owned())
            .collect();
        let action = if endpoints.is_empty() { None } else { self.plan.take(event) };
        let (copies, dropped) = match action {
            None => (1, false),
            Some(Action::Duplicate) => (2, false),
            Some(Action::Drop) => (1, true),
        };
        let value = objects::event::new(&objects::event::New {
            event,
            created: self.now(),
            shown,
            previous,
            origin: self.origin.as_ref(),
            pending_webhooks: endpoints.len() * copies,
        });
        let id = value.text("id").to_owned();
        for endpoint in endpoints.iter().flat_map(|endpoint| std::iter::repeat_n(endpoint, copies))
        {
            let mut delivery = Delivery::new(&id, endpoint);
            if dropped {
                delivery.standing = Standing::Dropped;
            }
            self.deliveries.push(delivery);
        }
        self.store.insert(Kind::Event, value);
        id
    }
}

fn wants(endpoint: &Value, event: &str) -> bool {
    endpoint.list("enabled_events").iter().any(|wanted| wanted == "*" || wanted == event)
}
