//! `/v1/test_helpers/test_clocks`. A sandbox has one time: every test clock shows it, and moving one
//! moves all.

use crate::sandbox::resources::prelude::*;
use crate::sandbox::{due, time};

/// How far a new clock may lag behind: a program takes time between reading the time and this call.
const BEHIND: i64 = 60;
const READY: &str = "test_helpers.test_clock.ready";

/// Creates a clock and freezes the time at `frozen_time`.
pub fn create(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    let to = frozen_time(call)?;
    let customer = params.text("customer")?;
    if let Some(id) = customer {
        super::customers::alive(state, id, "customer")?;
    }
    let now = state.now();
    let untouched = state.store.all(Kind::Customer).next().is_none();
    if to < now - BEHIND && !untouched {
        return Err(ApiError::invalid(
            "frozen_time",
            format!(
                "The Stripe sandbox has one clock for everything in it, and it only moves forward: it is {now} now, \
                 so frozen_time cannot be {to}. Use a later time, or a fresh sandbox."
            ),
        ));
    }
    state.clock.freeze();
    if to > now {
        advance_to(state, to)?;
    } else if untouched {
        state.clock.set(to);
    }
    let clock = objects::test_clock::new(params.text("name")?, state.now());
    state.create(Kind::TestClock, clock.clone(), Some("test_helpers.test_clock.created"));
    if let Some(id) = customer {
        state.change(Kind::Customer, id, "customer.updated", |customer| {
            customer.put("test_clock", clock.text("id"))
        });
    }
    show_time(state);
    Ok(clock)
}

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    show_time(state);
    existing(state, call)
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    show_time(state);
    list::page(call, state.store.all(Kind::TestClock).rev())
}

/// Advances the time. Stripe answers `advancing` and is `ready` later; here it is at once.
pub fn advance(state: &mut State, call: &Call) -> Answer {
    let clock = existing(state, call)?;
    let to = frozen_time(call)?;
    let now = state.now();
    if to <= now {
        return Err(ApiError::invalid(
            "frozen_time",
            format!("A test clock can only be advanced to a later time: it is {now} now."),
        ));
    }
    if let Some(farthest) = due::two_intervals_on(state).filter(|farthest| to > *farthest) {
        return Err(ApiError::invalid(
            "frozen_time",
            format!(
                "You can advance a test clock by at most two intervals of its shortest subscription at a time, \
                 which is {farthest} here."
            ),
        ));
    }
    let id = clock.text("id");
    state.change(Kind::TestClock, id, "test_helpers.test_clock.advancing", |clock| {
        clock.put("status", "advancing");
        clock.put("status_details", json!({ "advancing": { "target_frozen_time": to } }));
    });
    state.clock.freeze();
    advance_to(state, to)?;
    show_time(state);
    state.change(Kind::TestClock, id, READY, |clock| {
        clock.put("status", "ready");
        clock.put("status_details", json!({}));
    });
    existing(state, call)
}

/// Deletes a clock and, as at Stripe, its customers. The time runs on from where it is.
pub fn delete(state: &mut State, call: &Call) -> Answer {
    let clock = existing(state, call)?;
    let customers: Vec<String> = state
        .store
        .all(Kind::Customer)
        .filter(|row| row.text("test_clock") == call.id)
        .map(|row| row.text("id").to_owned())
        .collect();
    for customer in customers {
        super::customers::remove(state, &customer);
    }
    state.emit("test_helpers.test_clock.deleted", crate::sandbox::value::public(&clock), None);
    state.clock.run();
    Ok(state.store.delete(Kind::TestClock, &call.id).unwrap_or_default())
}

fn advance_to(state: &mut State, to: i64) -> Result<(), ApiError> {
    time::advance(state, to).map_err(|message| ApiError::invalid("frozen_time", message))
}

fn frozen_time(call: &Call) -> Result<i64, ApiError> {
    call.params.int("frozen_time")?.ok_or_else(|| ApiError::missing("frozen_time"))
}

fn existing(state: &State, call: &Call) -> Answer {
    state
        .require(Kind::TestClock, &call.id, "test_clock")
        .ok()
        .filter(|clock| !clock.flag("deleted"))
        .ok_or_else(|| ApiError::no_such(Kind::TestClock.word(), &call.id, "test_clock"))
}

/// Sets the time on every clock.
fn show_time(state: &mut State) {
    let now = state.now();
    let clocks: Vec<String> =
        state.store.all(Kind::TestClock).map(|clock| clock.text("id").to_owned()).collect();
    for id in clocks {
        state.edit(Kind::TestClock, &id, |clock| clock.put("frozen_time", now));
    }
}
