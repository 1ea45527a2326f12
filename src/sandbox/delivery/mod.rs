//! Sends events to webhook endpoints: in order per endpoint, without a slow endpoint holding up the
//! others, and retried with growing pauses until the endpoint answers 2xx.

mod attempt;
pub mod plan;
mod queue;

use crate::sandbox::shared::Shared;
use crate::sandbox::value::Fields;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use attempt::Attempt;
pub use queue::{drop_event, release, resend};

/// The state of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// To be tried at this time: wall time, in Unix milliseconds.
    Due(i64),
    /// Being tried.
    Underway,
    /// Answered 2xx.
    Done,
    /// Given up, or its endpoint is gone.
    Dead,
    /// Not sent, because a developer wanted that.
    Dropped,
}

impl Standing {
    /// The word for it on the control page.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Due(_) => "waiting",
            Standing::Underway => "being sent",
            Standing::Done => "delivered",
            Standing::Dead => "given up",
            Standing::Dropped => "dropped",
        }
    }
}

/// The delivery of one event to one endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delivery {
    pub event: String,
    pub endpoint: String,
    pub standing: Standing,
    pub attempts: Vec<Attempt>,
}

impl Delivery {
    /// A delivery that is due at once.
    pub fn new(event: &str, endpoint: &str) -> Delivery {
        Delivery {
            event: event.to_owned(),
            endpoint: endpoint.to_owned(),
            standing: Standing::Due(now()),
            attempts: Vec::new(),
        }
    }

    /// Whether it is still to be sent.
    pub fn is_open(&self) -> bool {
        matches!(self.standing, Standing::Due(_) | Standing::Underway)
    }

    /// The delivery as a restarted sandbox resumes it: one that was being sent is sent again.
    pub fn resumed(mut self) -> Delivery {
        if self.standing == Standing::Underway {
            self.standing = Standing::Due(now());
        }
        self
    }
}

/// Delivers events until stopped.
pub async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    let mut sending = JoinSet::new();
    let mut busy: HashSet<String> = HashSet::new();
    loop {
        let parcels = queue::take_due(&mut shared.lock(), &mut busy);
        for parcel in parcels {
            let shared = Arc::clone(&shared);
            sending.spawn(async move {
                let attempt = attempt::send(&shared.client, &parcel).await;
                let endpoint = parcel.endpoint.clone();
                queue::record(&mut shared.lock(), &parcel, attempt);
                shared.attempted.notify_waiters();
                endpoint
            });
        }
        // Some deliveries may have been given up because their endpoint is gone.
        shared.attempted.notify_waiters();
        let pause = queue::until_due(&shared.lock(), &busy);
        tokio::select! {
            () = stop.cancelled() => return,
            () = shared.queued.notified() => {}
            () = tokio::time::sleep(pause) => {}
            Some(ended) = sending.join_next() => match ended {
                Ok(endpoint) => { busy.remove(&endpoint); }
                Err(error) => {
                    tracing::error!(%error, "sandbox: a delivery task ended badly");
                    busy.clear();
                }
            },
        }
    }
}

/// Waits, at most ten seconds, until each delivery of an event that is not held has been tried once, as
/// Stripe's Checkout does with `checkout.session.completed` before it redirects.
pub async fn answered(shared: &Shared, event: &str) {
    let waiting = async {
        loop {
            let mut attempted = std::pin::pin!(shared.attempted.notified());
            attempted.as_mut().enable();
            let open = {
                let state = shared.lock();
                state.deliveries.iter().filter(|delivery| delivery.event == event).any(|delivery| {
                    delivery.attempts.is_empty()
                        && match delivery.standing {
                            Standing::Due(_) => !state.plan.held,
                            Standing::Underway => true,
                            Standing::Done | Standing::Dead | Standing::Dropped => false,
                        }
                })
            };
            if !open {
                return;
            }
            attempted.await;
        }
    };
    if tokio::time::timeout(Duration::from_secs(10), waiting).await.is_err() {
        tracing::info!(event, "sandbox: no webhook answer within ten seconds, redirecting anyway");
    }
}

/// Whether a webhook endpoint receives events.
pub fn is_enabled(endpoint: &Value) -> bool {
    endpoint.text("status") == "enabled"
}

/// Wall time, in Unix milliseconds.
fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}
