//! Storing events as they arrive. A commit that survives a power loss costs a disk flush, however much
//! is in it: events that arrive while one is under way share the next.

use crate::clock::Clock;
use crate::model::StripeEvent;
use crate::store::{Arrival, BatchLimits, Batcher, Db, StoreError, StoreResult};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

const LIMITS: BatchLimits = BatchLimits {
    together: 128,
    under_way: 1,
    // More than are stored in a second; Stripe delivers the rest again.
    waiting: 4096,
    // Shorter than Stripe's timeout.
    patience: Duration::from_secs(8),
};

/// Where verified events go.
#[derive(Clone)]
pub struct Inbox {
    pub intake: Intake,
    pub secrets: Arc<[String]>,
    /// Wakes the worker.
    pub arrived: Arc<Notify>,
}

/// Stores events in batches. Cheap to clone; ends when the last clone is dropped.
#[derive(Clone)]
pub struct Intake(Batcher<StripeEvent, Arrival>);

impl Intake {
    /// Must be called on the server's main runtime.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self(Batcher::new(LIMITS, move |events| store(db.clone(), clock.clone(), events)))
    }

    /// Stores an event: it is durable once this returns.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when too many wait, or this one has for too long; it may still be stored.
    pub async fn store(&self, event: StripeEvent) -> StoreResult<Arrival> {
        self.0.ask(event).await
    }
}

async fn store(db: Db, clock: Clock, events: Vec<StripeEvent>) -> Vec<StoreResult<Arrival>> {
    let of =
        |new: &HashMap<String, Arrival>, id: &str| new.get(id).copied().unwrap_or(Arrival::Known);
    match db.store_events(events.clone(), clock.now()).await {
        Ok(new) => events.iter().map(|event| Ok(of(&new, &event.id))).collect(),
        // The database may have refused just one of them: the others mustn't fail with it.
        Err(StoreError::Query(_)) => {
            let mut answers = Vec::with_capacity(events.len());
            for event in events {
                let id = event.id.clone();
                let new = db.store_events(vec![event], clock.now()).await;
                answers.push(new.map(|new| of(&new, &id)));
            }
            answers
        }
        Err(error) => events.iter().map(|_| Err(error.for_each_waiter())).collect(),
    }
}
