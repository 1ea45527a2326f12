//! Storing events as they arrive. A commit that survives a power loss takes a disk's time, however
//! much is in it: those that arrive while one is under way share the next. One alone waits for
//! nobody.

use crate::clock::Clock;
use crate::model::StripeEvent;
use crate::store::{Db, StoreError, StoreResult};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// How many events share a commit at most.
const TOGETHER: usize = 128;
/// How many events wait at most: more than are stored in a second, and Stripe sends the rest again.
const WAITING: usize = 4096;
/// How long an event waits at most, which is less than Stripe does.
const PATIENCE: Duration = Duration::from_secs(8);

/// Where events go to be stored. Cheap to clone; ends when the last clone is dropped.
#[derive(Clone)]
pub struct Intake(mpsc::Sender<Arrival>);

struct Arrival {
    event: StripeEvent,
    stored: oneshot::Sender<StoreResult<bool>>,
}

impl Intake {
    /// Must be called on the server's main runtime.
    pub fn new(db: Db, clock: Clock) -> Self {
        let (queue, arrivals) = mpsc::channel(WAITING);
        tokio::spawn(store(db, clock, arrivals));
        Self(queue)
    }

    /// Stores an event: it is durable once this answers. Whether there is something to do.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when too many wait, or this one has for too long; it may be stored then.
    pub async fn store(&self, event: StripeEvent) -> StoreResult<bool> {
        let (stored, answer) = oneshot::channel();
        self.0.try_send(Arrival { event, stored }).map_err(|_| StoreError::Busy)?;
        match timeout(PATIENCE, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) | Err(_) => Err(StoreError::Busy),
        }
    }
}

async fn store(db: Db, clock: Clock, mut arrivals: mpsc::Receiver<Arrival>) {
    let mut together = Vec::with_capacity(TOGETHER);
    while arrivals.recv_many(&mut together, TOGETHER).await > 0 {
        let events = together.iter().map(|arrival| arrival.event.clone()).collect();
        match db.store_events(events, clock.now()).await {
            Ok(new) => {
                for Arrival { event, stored } in together.drain(..) {
                    let _ = stored.send(Ok(new.contains(&event.id)));
                }
            }
            // One of them may be what the database refuses: the others are not to suffer for it.
            Err(StoreError::Query(_)) => {
                for Arrival { event, stored } in together.drain(..) {
                    let new = db.store_events(vec![event], clock.now()).await;
                    let _ = stored.send(new.map(|new| !new.is_empty()));
                }
            }
            Err(StoreError::Full(why)) => {
                for Arrival { stored, .. } in together.drain(..) {
                    let _ = stored.send(Err(StoreError::Full(why.clone())));
                }
            }
            Err(error) => {
                for Arrival { stored, .. } in together.drain(..) {
                    let _ = stored.send(Err(StoreError::Unavailable(error.to_string())));
                }
            }
        }
    }
}
