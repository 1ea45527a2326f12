//! `/v1/events`

use crate::sandbox::delivery::Standing;
use crate::sandbox::resources::prelude::*;

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::Event, &call.id, "id")
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    let (kind, kinds) = (params.text("type")?, params.texts("types")?);
    if kind.is_some() && !kinds.is_empty() {
        return Err(ApiError::invalid(
            "types",
            "You may only specify one of these parameters: type, types.",
        ));
    }
    let created = params.range("created")?;
    let success = params.flag("delivery_success")?;
    let delivered = |id: &str| {
        state
            .deliveries
            .iter()
            .filter(|delivery| delivery.event == id)
            .all(|delivery| delivery.standing == Standing::Done)
    };
    list::page_of(call, state.store.all(Kind::Event).rev(), |row| {
        kind.is_none_or(|kind| wanted(row.text("type"), kind))
            && (kinds.is_empty() || kinds.iter().any(|kind| wanted(row.text("type"), kind)))
            && created(row.int("created"))
            && success.is_none_or(|success| delivered(row.text("id")) == success)
    })
}

/// Whether an event type matches a pattern, such as `customer.subscription.*`.
pub fn wanted(given: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => given.starts_with(start),
        None => given == pattern,
    }
}
