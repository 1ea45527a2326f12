//! The subscriptions, and setting the status of one.

use crate::sandbox::pages::control::{done, table, wrong};
use crate::sandbox::pages::html::escape;
use crate::sandbox::pages::portal::field;
use crate::sandbox::shared::Shared;
use crate::sandbox::state::State;
use crate::sandbox::status::{self, STATUSES};
use crate::sandbox::store::Kind;
use crate::sandbox::value::{Fields, public};
use crate::sandbox::{calendar, invoicing};
use axum::extract::{Path, State as Extract};
use axum::http::HeaderMap;
use axum::response::Response;
use dioxus::server::axum;
use serde_json::Value;
use std::sync::Arc;

/// `POST /_sandbox/subscriptions/{id}/status`: status
pub async fn set_status(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let mut state = shared.current();
    if !status::set(&mut state, &id, &field(&body, "status")) {
        let message =
            format!("Give the id of a subscription, and status= one of {}.", STATUSES.join(", "));
        return wrong(&headers, &message);
    }
    shared.queued.notify_one();
    done(&headers, state.store.get(Kind::Subscription, &id).map(public).unwrap_or_default())
}

/// The section of the control page.
pub(super) fn section(state: &State) -> String {
    let rows = state.store.all(Kind::Subscription).rev().map(|row| {
        let id = escape(row.text("id"));
        let items = row.list("items.data").iter().map(|item| {
            let name = invoicing::product_name(state, item.text("price.product"));
            format!("{} × {}", item.int("quantity"), escape(&name))
        });
        let ends = row.maybe_int("cancel_at").map(|at| {
            format!("<br><span class=\"hint\">cancels {}</span>", calendar::date(at))
        });
        [
            format!(
                "<span class=\"mono\">{id}</span><br><span class=\"hint\">{}</span>",
                escape(customer(state, row))
            ),
            items.collect::<Vec<_>>().join("<br>"),
            format!("{}{}", escape(row.text("status")), ends.unwrap_or_default()),
            calendar::date(row.int("items.data.0.current_period_end")),
            format!(
                "<form class=\"row\" method=\"post\" action=\"/_sandbox/subscriptions/{id}/status\">\
                 <select name=\"status\" aria-label=\"Status of {id}\">{}</select><button>Set</button></form>",
                choices(row.text("status"))
            ),
            latest_invoice(row),
        ]
    });
    table(
        "Subscriptions",
        ["Subscription", "Plan", "Status", "Period ends", "Put into", "Latest invoice"],
        rows.collect(),
        "None yet: they start through Checkout.",
    )
}

fn choices(current: &str) -> String {
    let option = |status: &&str| {
        let selected = if *status == current { " selected" } else { "" };
        format!("<option{selected}>{status}</option>")
    };
    STATUSES.iter().map(option).collect()
}

fn customer<'a>(state: &'a State, row: &'a Value) -> &'a str {
    let id = row.text("customer");
    state
        .store
        .get(Kind::Customer, id)
        .and_then(|customer| customer.maybe_text("email"))
        .unwrap_or(id)
}

fn latest_invoice(row: &Value) -> String {
    row.maybe_text("latest_invoice")
        .map(|id| format!("<a href=\"/i/{}\">open</a>", escape(id)))
        .unwrap_or_default()
}
