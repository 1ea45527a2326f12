//! `expand[]`: ids replaced by the objects they name, up to four levels deep.

use crate::sandbox::objects;
use crate::sandbox::payment;
use crate::sandbox::protocol::errors::ApiError;
use crate::sandbox::protocol::list;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::{Fields, public};
use serde_json::Value;

const DEEPEST: usize = 4;
/// Fields that hold an id but are never expandable.
const PLAIN: &[&str] =
    &["id", "object", "url", "status", "client_reference_id", "client_secret", "lookup_key"];

/// Rejects a path that is too deep, before anything is done.
pub fn check(paths: &[String]) -> Result<(), ApiError> {
    match paths.iter().find(|path| path.split('.').count() > DEEPEST) {
        Some(path) => Err(ApiError::invalid(
            "expand",
            format!("You cannot expand more than {DEEPEST} levels of a property. Property: {path}"),
        )),
        None => Ok(()),
    }
}

/// Expands every path in a response.
pub fn expand(state: &State, answer: &mut Value, paths: &[String]) -> Result<(), ApiError> {
    for path in paths {
        let keys: Vec<&str> = path.split('.').collect();
        walk(state, answer, &keys, path)?;
    }
    Ok(())
}

fn walk(state: &State, value: &mut Value, keys: &[&str], path: &str) -> Result<(), ApiError> {
    let Some((key, rest)) = keys.split_first() else {
        return Ok(());
    };
    if let Value::Array(rows) = value {
        return rows.iter_mut().try_for_each(|row| walk(state, row, keys, path));
    }
    if value.at(key).is_none()
        && let Some(included) = included(state, value, key)
    {
        value.put(key, included);
    }
    let Value::Object(map) = value else {
        return Err(not_expandable(path));
    };
    let Some(field) = map.get_mut(*key) else {
        return Err(not_expandable(path));
    };
    match field {
        Value::Null => return Ok(()),
        Value::String(id) => {
            let found = state.store.find(id).filter(|_| !PLAIN.contains(key));
            *field = public(found.ok_or_else(|| not_expandable(path))?);
        }
        Value::Array(rows) => rows.iter_mut().for_each(|row| {
            if let Some(found) = row.as_str().and_then(|id| state.store.find(id)) {
                *row = public(found);
            }
        }),
        Value::Object(_) => {}
        _ => return Err(not_expandable(path)),
    }
    walk(state, field, rest, path)
}

/// Fields that an object has only when they are expanded.
fn included(state: &State, value: &Value, key: &str) -> Option<Value> {
    let id = value.text("id");
    match (value.text("object"), key) {
        ("checkout.session", "line_items") => {
            let session = state.store.get(Kind::CheckoutSession, id)?;
            Some(list::whole(
                objects::checkout_session::line_items(session),
                format!("/v1/checkout/sessions/{id}/line_items"),
            ))
        }
        ("customer", "subscriptions") => {
            let open = state
                .store
                .all(Kind::Subscription)
                .rev()
                .filter(|row| row.text("customer") == id && row.text("status") != "canceled")
                .map(public)
                .collect();
            Some(list::whole(open, format!("/v1/customers/{id}/subscriptions")))
        }
        ("invoice", "payments") => {
            let invoice = state.store.get(Kind::Invoice, id)?;
            Some(list::whole(payment::links(state, invoice), format!("/v1/invoices/{id}/payments")))
        }
        ("invoice", "confirmation_secret") => {
            let invoice = state.store.get(Kind::Invoice, id);
            let secret = invoice.and_then(|invoice| payment::confirmation_secret(state, invoice));
            Some(secret.unwrap_or_default())
        }
        ("customer", "sources" | "tax_ids") => {
            Some(list::whole(Vec::new(), format!("/v1/customers/{id}/{key}")))
        }
        _ => None,
    }
}

fn not_expandable(path: &str) -> ApiError {
    ApiError::invalid("expand", format!("This property cannot be expanded ({path})."))
}
