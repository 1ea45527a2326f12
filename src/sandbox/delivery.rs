//! Sending events to webhook endpoints: in order per endpoint, without a slow endpoint holding up
//! the others, and again with growing pauses until one answers 2xx.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::clock::wall;
use super::shared::Shared;
use super::signature;
use super::state::State;
use super::store::Kind;
use super::value::Fields;

const HOUR: Duration = Duration::from_secs(3_600);
/// Pauses of 1, 2, 4 … seconds up to an hour add up to about three days in this many attempts.
const LAST_ATTEMPT: usize = 83;
const RESPONSE_KEPT: usize = 300;

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// To be tried at this moment.
    Due(Instant),
    /// Being tried.
    Underway,
    /// Answered 2xx.
    Done,
    /// Given up, or its endpoint is gone.
    Dead,
}

/// One attempt at a delivery, for the control page.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// Wall time, in Unix seconds.
    pub(crate) at: i64,
    /// The answer's status, or why there was none.
    pub(crate) outcome: Result<u16, String>,
    /// The start of the answer's body.
    pub(crate) answer: String,
}

/// One event's way to one endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) event: String,
    pub(crate) endpoint: String,
    pub(crate) standing: Standing,
    pub(crate) attempts: Vec<Attempt>,
    body: String,
}

impl Delivery {
    /// A delivery that is due at once.
    pub(crate) fn new(event: &str, endpoint: &str, value: &Value) -> Delivery {
        Delivery {
            event: event.to_owned(),
            endpoint: endpoint.to_owned(),
            standing: Standing::Due(Instant::now()),
            attempts: Vec::new(),
            body: value.to_string(),
        }
    }
}

/// Delivers until stopped.
pub(crate) async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    let mut sending = JoinSet::new();
    let mut busy: HashSet<String> = HashSet::new();
    loop {
        let parcels = take_due(&mut shared.lock(), &mut busy);
        for parcel in parcels {
            let shared = Arc::clone(&shared);
            sending.spawn(async move {
                let attempt = send(&shared.client, &parcel).await;
                let endpoint = parcel.endpoint.clone();
                record(&mut shared.lock(), &parcel, attempt);
                shared.attempted.notify_waiters();
                endpoint
            });
        }
        let next = next_due(&shared.lock(), &busy);
        tokio::select! {
            () = stop.cancelled() => return,
            () = shared.queued.notified() => {}
            () = tokio::time::sleep_until(next) => {}
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

/// Waits until every delivery of an event has been answered once, at most ten seconds: what
/// Stripe's Checkout does with `checkout.session.completed` before it redirects.
pub(crate) async fn answered(shared: &Shared, event: &str) {
    let waiting = async {
        loop {
            let mut attempted = std::pin::pin!(shared.attempted.notified());
            attempted.as_mut().enable();
            let open = shared.lock().deliveries.iter().any(|delivery| {
                delivery.event == event
                    && delivery.attempts.is_empty()
                    && delivery.standing != Standing::Dead
            });
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

/// Queues an event once more for every endpoint it went to; false when it went to none.
pub(crate) fn resend(state: &mut State, event: &str) -> bool {
    let mut found = false;
    for delivery in state.deliveries.iter_mut().filter(|delivery| delivery.event == event) {
        found = true;
        if delivery.standing != Standing::Underway {
            delivery.standing = Standing::Due(Instant::now());
        }
    }
    found
}

struct Parcel {
    index: usize,
    endpoint: String,
    url: String,
    secret: String,
    body: String,
}

/// At most one delivery per idle endpoint: the one that has been due longest, oldest first.
fn take_due(state: &mut State, busy: &mut HashSet<String>) -> Vec<Parcel> {
    let now = Instant::now();
    let mut parcels = Vec::new();
    for index in 0..state.deliveries.len() {
        let delivery = &state.deliveries[index];
        if !matches!(delivery.standing, Standing::Due(at) if at <= now)
            || busy.contains(&delivery.endpoint)
        {
            continue;
        }
        let target = state
            .store
            .get(Kind::WebhookEndpoint, &delivery.endpoint)
            .filter(|endpoint| endpoint.text("status") == "enabled")
            .map(|endpoint| (endpoint.text("url").to_owned(), endpoint.text("_secret").to_owned()));
        let delivery = &mut state.deliveries[index];
        let Some((url, secret)) = target else {
            delivery.standing = Standing::Dead;
            continue;
        };
        delivery.standing = Standing::Underway;
        busy.insert(delivery.endpoint.clone());
        parcels.push(Parcel {
            index,
            endpoint: delivery.endpoint.clone(),
            url,
            secret,
            body: delivery.body.clone(),
        });
    }
    parcels
}

fn next_due(state: &State, busy: &HashSet<String>) -> Instant {
    state
        .deliveries
        .iter()
        .filter(|delivery| !busy.contains(&delivery.endpoint))
        .filter_map(|delivery| match delivery.standing {
            Standing::Due(at) => Some(at),
            Standing::Underway | Standing::Done | Standing::Dead => None,
        })
        .min()
        .unwrap_or_else(|| Instant::now() + HOUR)
}

async fn send(client: &reqwest::Client, parcel: &Parcel) -> Attempt {
    let at = wall();
    let sent = client
        .post(&parcel.url)
        .header("content-type", "application/json; charset=utf-8")
        .header("user-agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
        .header("stripe-signature", signature::header(&parcel.secret, at, &parcel.body))
        .body(parcel.body.clone())
        .send()
        .await;
    match sent {
        Ok(response) => {
            let status = response.status().as_u16();
            let answer =
                response.text().await.unwrap_or_default().chars().take(RESPONSE_KEPT).collect();
            Attempt { at, outcome: Ok(status), answer }
        }
        Err(error) => {
            let why = if error.is_timeout() {
                "no answer within 10 s".to_owned()
            } else if error.is_connect() {
                "could not connect".to_owned()
            } else {
                error.without_url().to_string()
            };
            Attempt { at, outcome: Err(why), answer: String::new() }
        }
    }
}

fn record(state: &mut State, parcel: &Parcel, attempt: Attempt) {
    let Some(delivery) = state.deliveries.get_mut(parcel.index) else {
        return;
    };
    let accepted = matches!(attempt.outcome, Ok(status) if (200..300).contains(&status));
    delivery.attempts.push(attempt);
    let tried = delivery.attempts.len();
    delivery.standing = if accepted {
        Standing::Done
    } else if tried >= LAST_ATTEMPT {
        Standing::Dead
    } else {
        Standing::Due(Instant::now() + pause(tried))
    };
    if accepted {
        let event = delivery.event.clone();
        let open = state
            .deliveries
            .iter()
            .filter(|delivery| delivery.event == event && delivery.standing != Standing::Done)
            .count();
        state.edit(Kind::Event, &event, |value| value.put("pending_webhooks", open));
    }
}

/// The pause after the n-th attempt: 1 s, 2 s, 4 s … at most an hour.
fn pause(tried: usize) -> Duration {
    let doublings = u32::try_from(tried.saturating_sub(1)).unwrap_or(u32::MAX).min(12);
    Duration::from_secs(1 << doublings).min(HOUR)
}

#[cfg(test)]
mod tests {
    use super::{HOUR, LAST_ATTEMPT, pause};

    #[test]
    fn retries_double_up_to_an_hour_and_last_about_three_days() {
        assert_eq!([1, 2, 3, 4].map(|tried| pause(tried).as_secs()), [1, 2, 4, 8]);
        assert_eq!(pause(40), HOUR);
        let total: u64 = (1..LAST_ATTEMPT).map(|tried| pause(tried).as_secs()).sum();
        assert!((70..=74).contains(&(total / 3_600)), "{total} s");
    }
}
