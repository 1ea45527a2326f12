//! Pending deliveries: when they are due, and how attempts change them.

use crate::sandbox::delivery::attempt::{Attempt, Parcel};
use crate::sandbox::delivery::plan::Order;
use crate::sandbox::delivery::{Standing, is_enabled, now};
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use std::collections::HashSet;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);
/// Pauses of 1, 2, 4 … seconds up to an hour add up to about three days in this many attempts.
const LAST_ATTEMPT: usize = 83;

/// The due deliveries, with their index in the list: the one due longest comes first.
fn due(state: &State, now: i64) -> Vec<(i64, usize)> {
    let mut queue: Vec<(i64, usize)> = state
        .deliveries
        .iter()
        .enumerate()
        .filter_map(|(index, delivery)| match delivery.standing {
            Standing::Due(at) if at <= now => Some((at, index)),
            _ => None,
        })
        .collect();
    queue.sort_unstable();
    queue
}

/// Takes at most one delivery per idle endpoint, and none while they are held.
pub(super) fn take_due(state: &mut State, busy: &mut HashSet<String>) -> Vec<Parcel> {
    if state.plan.held {
        return Vec::new();
    }
    let mut parcels = Vec::new();
    for (_, index) in due(state, now()) {
        let delivery = &state.deliveries[index];
        if busy.contains(&delivery.endpoint) {
            continue;
        }
        let target = state.store.get(Kind::WebhookEndpoint, &delivery.endpoint);
        let event = state.store.get(Kind::Event, &delivery.event);
        let (Some(target), Some(event)) = (target.filter(|target| is_enabled(target)), event)
        else {
            stand(state, index, Standing::Dead);
            continue;
        };
        busy.insert(delivery.endpoint.clone());
        parcels.push(Parcel {
            index,
            endpoint: delivery.endpoint.clone(),
            url: target.text("url").to_owned(),
            secret: target.text("_secret").to_owned(),
            body: event.to_string(),
        });
        stand(state, index, Standing::Underway);
    }
    parcels
}

/// How long until the next delivery is due.
pub(super) fn until_due(state: &State, busy: &HashSet<String>) -> Duration {
    if state.plan.held {
        return HOUR;
    }
    let next = state
        .deliveries
        .iter()
        .filter(|delivery| !busy.contains(&delivery.endpoint))
        .filter_map(|delivery| match delivery.standing {
            Standing::Due(at) => Some(at),
            Standing::Underway | Standing::Done | Standing::Dead | Standing::Dropped => None,
        })
        .min();
    next.map_or(HOUR, |at| Duration::from_millis(u64::try_from(at - now()).unwrap_or_default()))
}

/// Records an attempt at a delivery.
pub(super) fn record(state: &mut State, parcel: &Parcel, attempt: Attempt) {
    let Some(delivery) = state.deliveries.get_mut(parcel.index) else {
        return;
    };
    let accepted = matches!(attempt.outcome, Ok(status) if (200..300).contains(&status));
    delivery.attempts.push(attempt);
    let tried = delivery.attempts.len();
    delivery.standing = match delivery.standing {
        _ if accepted => Standing::Done,
        Standing::Underway if tried < LAST_ATTEMPT => {
            Standing::Due(now() + pause(tried).as_millis() as i64)
        }
        Standing::Underway => Standing::Dead,
        other => other,
    };
    let event = delivery.event.clone();
    count_pending(state, &event);
}

/// Updates an event's `pending_webhooks`: the number of its deliveries that are not done.
fn count_pending(state: &mut State, event: &str) {
    let open = state
        .deliveries
        .iter()
        .filter(|delivery| delivery.event == event && delivery.standing != Standing::Done)
        .count();
    state.edit(Kind::Event, event, |value| value.put("pending_webhooks", open));
}

/// Queues an event again for every enabled endpoint it went to; `false` if there is none.
pub fn resend(state: &mut State, event: &str) -> bool {
    let mut endpoints = HashSet::new();
    for index in places(state, event) {
        let delivery = &state.deliveries[index];
        let target = state.store.get(Kind::WebhookEndpoint, &delivery.endpoint);
        if target.is_some_and(is_enabled)
            && endpoints.insert(delivery.endpoint.clone())
            && delivery.standing != Standing::Underway
        {
            stand(state, index, Standing::Due(now()));
        }
    }
    count_pending(state, event);
    !endpoints.is_empty()
}

/// Drops an event's deliveries that are still open; `false` if there are none.
pub fn drop_event(state: &mut State, event: &str) -> bool {
    let mut left = places(state, event);
    left.retain(|index| state.deliveries[*index].is_open());
    for index in &left {
        stand(state, *index, Standing::Dropped);
    }
    !left.is_empty()
}

/// Sends the held deliveries, in this order.
pub fn release(state: &mut State, order: Order) {
    state.plan.held = false;
    let now = now();
    let mut queue = due(state, now);
    order.arrange(&mut queue);
    for (at, (_, index)) in (now - queue.len() as i64..).zip(queue) {
        stand(state, index, Standing::Due(at));
    }
}

/// The indexes of an event's deliveries in the list.
fn places(state: &State, event: &str) -> Vec<usize> {
    let all = state.deliveries.iter().enumerate();
    all.filter(|(_, delivery)| delivery.event == event).map(|(index, _)| index).collect()
}

fn stand(state: &mut State, index: usize, standing: Standing) {
    if let Some(delivery) = state.deliveries.get_mut(index) {
        delivery.standing = standing;
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
