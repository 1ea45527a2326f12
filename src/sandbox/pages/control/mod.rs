//! The control page, one file per section: what the sandbox holds, and the switches that change it.

pub mod clock;
mod customers;
pub mod deliveries;
pub mod events;
pub mod faults;
pub mod payments;
pub mod subscriptions;

use crate::sandbox::API_VERSION;
use crate::sandbox::pages::html::{self, escape};
use crate::sandbox::shared::Shared;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dioxus::server::axum;
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /`
pub async fn show(Extract(shared): Extract<Arc<Shared>>) -> Response {
    let state = shared.current();
    let body = format!(
        "<h1>Stripe sandbox</h1><p class=\"muted\">A stand-in for Stripe, API version {API_VERSION}, with a state of its own. \
         Point a Stripe SDK at <code>{}</code> with any key that starts with <code>sk_test_</code>.</p>{}{}{}{}{}{}{}",
        escape(&state.base),
        clock::section(&state),
        customers::section(&state),
        subscriptions::section(&state),
        payments::section(&state),
        faults::section(&state),
        deliveries::section(&state),
        events::section(&state)
    );
    html::page(StatusCode::OK, "Stripe sandbox", &body)
}

/// Sends a browser back to the page, and JSON to anything else.
fn done(headers: &HeaderMap, body: Value) -> Response {
    if is_browser(headers) {
        return html::see_other("/");
    }
    data(&body)
}

/// The JSON response for programs.
fn data(body: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn wrong(headers: &HeaderMap, message: &str) -> Response {
    if is_browser(headers) {
        return html::message(
            StatusCode::BAD_REQUEST,
            "That did not work",
            message,
            Some(("Back", "/")),
        );
    }
    let body = json!({ "error": { "message": message } });
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json")], body.to_string())
        .into_response()
}

fn is_browser(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// A section with a table; on a narrow screen each row is a block, its cells labelled by the heads.
fn table<const N: usize>(
    title: &str,
    heads: [&str; N],
    rows: Vec<[String; N]>,
    empty: &str,
) -> String {
    if rows.is_empty() {
        return format!(
            "<section class=\"card\"><h2>{title}</h2><p class=\"muted\">{empty}</p></section>"
        );
    }
    let cell = |(head, cell): (&str, &String)| format!("<td data-head=\"{head}\">{cell}</td>");
    let rows: String = rows
        .iter()
        .map(|row| {
            let cells: String = heads.into_iter().zip(row).map(cell).collect();
            format!("<tr>{cells}</tr>")
        })
        .collect();
    let heads = heads.map(|head| format!("<th>{head}</th>")).concat();
    format!(
        "<section class=\"card\"><h2>{title}</h2><table class=\"stack\"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></section>"
    )
}

/// A form with only a button.
fn button(action: &str, label: &str) -> String {
    format!("<form method=\"post\" action=\"/_sandbox/{action}\"><button>{label}</button></form>")
}

/// A field for how many calls or events.
const COUNT: &str =
    "<label>How many <input name=\"count\" type=\"number\" min=\"1\" value=\"1\" required></label>";
