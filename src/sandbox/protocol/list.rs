//! Stripe's list objects, with cursor pagination.

use crate::sandbox::protocol::Call;
use crate::sandbox::protocol::errors::ApiError;
use crate::sandbox::value::{Fields, object, public};
use serde_json::Value;

/// One page of rows, which must come newest first.
pub fn page<'a>(call: &Call, rows: impl IntoIterator<Item = &'a Value>) -> Result<Value, ApiError> {
    page_of(call, rows, |_| true)
}

/// One page of the wanted rows. Any row can be the cursor: it may no longer be wanted, though it was
/// when the previous page was requested.
pub fn page_of<'a>(
    call: &Call,
    rows: impl IntoIterator<Item = &'a Value>,
    wanted: impl Fn(&Value) -> bool,
) -> Result<Value, ApiError> {
    let limit = call.params.int_in("limit", 1..=100)?.unwrap_or(10);
    let limit = usize::try_from(limit).unwrap_or(10);
    let rows: Vec<&Value> = rows.into_iter().collect();
    let place = |key: &str| -> Result<Option<usize>, ApiError> {
        let Some(id) = call.params.text(key)? else {
            return Ok(None);
        };
        rows.iter()
            .position(|row| row.text("id") == id)
            .map(Some)
            .ok_or_else(|| ApiError::no_such("object", id, key))
    };
    let (after, before) = (place("starting_after")?, place("ending_before")?);
    if after.is_some() && before.is_some() {
        return Err(ApiError::invalid(
            "starting_after",
            "You can only use one of starting_after or ending_before.",
        ));
    }
    let (start, end) = (after.map_or(0, |place| place + 1), before.unwrap_or(rows.len()));
    let mut found: Vec<&Value> =
        rows.into_iter().take(end).skip(start).filter(|row| wanted(row)).collect();
    let has_more = found.len() > limit;
    if before.is_some() {
        found.drain(..found.len().saturating_sub(limit));
    } else {
        found.truncate(limit);
    }
    let data: Vec<Value> = found.into_iter().map(public).collect();
    Ok(object! { "object": "list", "data": data, "has_more": has_more, "url": call.path.as_str() })
}

/// A list object with all rows.
pub fn whole(data: Vec<Value>, url: String) -> Value {
    object! { "object": "list", "data": data, "has_more": false, "url": url }
}
