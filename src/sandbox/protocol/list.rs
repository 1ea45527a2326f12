//! Stripe's list objects, with cursor pagination.

use serde_json::Value;

use super::super::value::{Fields, object, public};
use super::Call;
use super::errors::ApiError;

/// One page of rows, which come newest first.
pub(crate) fn page<'a>(
    call: &Call,
    rows: impl IntoIterator<Item = &'a Value>,
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
    let (start, end, has_more) = match (after, before) {
        (_, Some(before)) => (before.saturating_sub(limit), before, before > limit),
        (after, None) => {
            let start = after.map_or(0, |index| index + 1);
            let end = (start + limit).min(rows.len());
            (start, end, end < rows.len())
        }
    };
    let data: Vec<Value> =
        rows.get(start..end).unwrap_or_default().iter().map(|row| public(row)).collect();
    Ok(object! { "object": "list", "data": data, "has_more": has_more, "url": call.path.as_str() })
}

/// A list object that holds everything there is.
pub(crate) fn whole(data: Vec<Value>, url: String) -> Value {
    object! { "object": "list", "data": data, "has_more": false, "url": url }
}
