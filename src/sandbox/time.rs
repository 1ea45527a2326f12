//! Passing time: everything due is carried out in order, with the clock held at its time.

use crate::sandbox::due::{self, Due};
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::public;
use crate::sandbox::{checkout, collecting, ending, periods, updating};

const FARTHEST: i64 = 5 * 366 * 86_400;

/// Carries out what is due by now.
pub fn catch_up(state: &mut State) {
    let now = state.now();
    carry_out_until(state, now);
    state.clock.resume();
}

/// Moves the clock forward to a time, carrying out everything due on the way.
pub fn advance(state: &mut State, to: i64) -> Result<(), String> {
    let now = state.now();
    if to < now {
        return Err(format!(
            "The clock only moves forward: it is {now} now, and {to} lies before that."
        ));
    }
    if to - now > FARTHEST {
        return Err("The clock moves at most five years at a time.".to_owned());
    }
    carry_out_until(state, to);
    state.clock.set(to);
    Ok(())
}

fn carry_out_until(state: &mut State, to: i64) {
    while let Some((at, due, id)) = due::first(state).filter(|(at, _, _)| *at <= to) {
        state.clock.hold(at);
        match due {
            Due::SessionExpiry => checkout::expire(state, &id),
            Due::PendingUpdateExpiry => updating::expire_pending(state, &id),
            Due::IncompleteExpiry => ending::expire_incomplete(state, &id),
            Due::TrialReminder => remind(state, &id),
            Due::Finalization => collecting::finalize_and_collect(state, &id),
            Due::Retry => collecting::retry(state, &id),
            Due::Cancellation => ending::end_as_scheduled(state, &id),
            Due::TrialEnd => periods::end_trial(state, &id),
            Due::Renewal => periods::renew(state, &id),
        }
    }
}

/// Announces a trial's end, once: `customer.subscription.trial_will_end`.
pub fn remind(state: &mut State, id: &str) {
    use super::value::Fields;
    let reminded = |row: &serde_json::Value| row.flag("_reminded");
    let Some(shown) =
        state.store.get(Kind::Subscription, id).filter(|row| !reminded(row)).map(public)
    else {
        return;
    };
    state.edit(Kind::Subscription, id, |subscription| subscription.put("_reminded", true));
    state.emit("customer.subscription.trial_will_end", shown, None);
}
