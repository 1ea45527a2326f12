//! The one struct that holds everything a sandbox remembers, so that keeping it on disk is one
//! place. Whatever changes an object goes through here, which is what makes the events complete.

use serde_json::Value;

use super::clock::Clock;
use super::delivery::plan::{Action, Plan};
use super::delivery::{self, Delivery, Standing};
use super::kept::Rows;
use super::objects;
use super::protocol::errors::ApiError;
use super::protocol::faults::Armed;
use super::protocol::idempotency::Answers;
use super::retries::Retries;
use super::store::{Kind, Store};
use super::value::{Fields, previous_attributes, public};

/// The request an event is made by: an event's `request`.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) id: String,
    pub(crate) idempotency_key: Option<String>,
}

/// Everything a sandbox remembers.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// The clock that every time in here comes from.
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    /// Each event's way to each endpoint, oldest first.
    pub(crate) deliveries: Rows<Delivery>,
    /// What a developer has in mind for events to come.
    pub(crate) plan: Plan,
    /// What was answered under which `Idempotency-Key`.
    pub(crate) answers: Answers,
    /// The faults that calls are about to meet, in the order they were armed.
    pub(crate) faults: Vec<Armed>,
    /// The request being served, if one is.
    pub(crate) origin: Option<Origin>,
    /// What becomes of renewals that could not be charged.
    pub(crate) retries: Retries,
    /// Base of the hosted pages' links.
    pub(crate) base: String,
}

impl State {
    /// An empty state that follows the wall clock.
    pub(crate) fn new(base: String) -> State {
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
    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    /// A copy of an object, or Stripe's "No such …" for the named parameter.
    pub(crate) fn require(&self, kind: Kind, id: &str, param: &str) -> Result<Value, ApiError> {
        self.store.get(kind, id).cloned().ok_or_else(|| ApiError::no_such(kind.word(), id, param))
    }

    /// Adds an object, and tells of it when an event type is given.
    pub(crate) fn create(&mut self, kind: Kind, value: Value, event: Option<&str>) {
        if let Some(event) = event {
            let shown = public(&value);
            self.store.insert(kind, value);
            self.emit(event, shown, None);
        } else {
            self.store.insert(kind, value);
        }
    }

    /// Changes an object, and tells of it if that made a difference. Gives the object as it now
    /// stands.
    pub(crate) fn change(
        &mut self,
        kind: Kind,
        id: &str,
        event: &str,
        edit: impl FnOnce(&mut Value),
    ) -> Option<Value> {
        self.change_with(kind, id, &[event], edit)
    }

    /// The same for a change that several events tell of, in this order. Those of type `*.updated`
    /// carry `previous_attributes`.
    pub(crate) fn change_with(
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

    /// Changes an object without telling anyone.
    pub(crate) fn edit(&mut self, kind: Kind, id: &str, edit: impl FnOnce(&mut Value)) {
        if let Some(row) = self.store.get_mut(kind, id) {
            edit(row);
        }
    }

    /// Makes an event and queues it for every endpoint that wants it; gives its id.
    pub(crate) fn emit(&mut self, event: &str, shown: Value, previous: Option<Value>) -> String {
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
