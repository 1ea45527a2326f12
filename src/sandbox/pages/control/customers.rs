//! The customers.

use crate::sandbox::pages::control::table;
use crate::sandbox::pages::html::escape;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use crate::sandbox::{charge, due, money};
use serde_json::Value;

/// The section of the control page.
pub(super) fn section(state: &State) -> String {
    let rows = state.store.all(Kind::Customer).rev().map(|row| {
        let id = row.text("id");
        let named = row.maybe_text("email").or(row.maybe_text("name")).unwrap_or("(no email)");
        let currency = row.maybe_text("currency").unwrap_or("usd");
        let subscriptions = state
            .store
            .all(Kind::Subscription)
            .filter(|subscription| subscription.text("customer") == id);
        let (ended, live): (Vec<&Value>, Vec<&Value>) =
            subscriptions.partition(|subscription| due::ended(subscription));
        let count = match (live.len(), ended.len()) {
            (live, 0) => live.to_string(),
            (live, ended) => format!("{live}, and {ended} ended"),
        };
        [
            format!("{}<br><span class=\"mono muted\">{}</span>", escape(named), escape(id)),
            money::amount(row.int("balance"), currency),
            card(state, id),
            count,
        ]
    });
    table(
        "Customers",
        ["Customer", "Balance", "Card", "Subscriptions"],
        rows.collect(),
        "None yet: the first Checkout makes one.",
    )
}

fn card(state: &State, customer: &str) -> String {
    match charge::card_of(state, customer) {
        Some(method) => format!(
            "{} •••• {}",
            escape(method.text("card.brand")),
            escape(method.text("card.last4"))
        ),
        None => "<span class=\"muted\">none</span>".to_owned(),
    }
}
