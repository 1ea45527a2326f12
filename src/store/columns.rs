//! Converts between column values and the types of the model.

use crate::model::{Role, SubscriptionStatus, UnpaidInvoice};
use crate::store::{StoreError, StoreResult};
use std::str::FromStr;

/// Parses the id read from `column` (`table.column`, for the error).
pub(crate) fn read_id<T: FromStr>(column: &str, text: &str) -> StoreResult<T> {
    text.parse().map_err(|_| StoreError::Unreadable(format!("{column} '{text}'")))
}

pub(crate) fn read_role(text: &str) -> StoreResult<Role> {
    Ok(text.parse()?)
}

pub(crate) fn read_status(text: &str) -> StoreResult<SubscriptionStatus> {
    Ok(text.parse()?)
}

pub(crate) fn read_count(count: i64) -> StoreResult<u32> {
    u32::try_from(count).map_err(|_| StoreError::Unreadable(format!("a count of {count}")))
}

/// The count as its column stores it, capped at `i32::MAX`.
pub(crate) fn written_count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Parses the JSON of `tenants.unpaid_invoice`.
pub(crate) fn read_unpaid_invoice(json: Option<&str>) -> StoreResult<Option<UnpaidInvoice>> {
    let read = |json| {
        serde_json::from_str(json)
            .map_err(|_| StoreError::Unreadable(format!("tenants.unpaid_invoice '{json}'")))
    };
    json.map(read).transpose()
}

/// The invoice as its column stores it.
pub(crate) fn written_unpaid_invoice(invoice: &UnpaidInvoice) -> Option<String> {
    serde_json::to_string(invoice).ok()
}
