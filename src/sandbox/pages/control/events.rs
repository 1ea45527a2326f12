//! The events, and how they were delivered.

use std::sync::Arc;

use axum::extract::{Path, State as Extract};
use axum::http::HeaderMap;
use axum::response::Response;
use dioxus::server::axum;
use serde_json::json;

use super::super::super::calendar;
use super::super::super::delivery::{self, Delivery};
use super::super::super::shared::Shared;
use super::super::super::state::State;
use super::super::super::store::Kind;
use super::super::super::value::Fields;
use super::super::html::escape;
use super::{done, table, wrong};

const SHOWN: usize = 60;

/// `POST /_sandbox/events/{id}/resend`
pub(crate) async fn resend(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut state = shared.current();
    if !delivery::resend(&mut state, &id) {
        return wrong(
            &headers,
            "There is no such event, or no enabled endpoint that it went to when it was made.",
        );
    }
    shared.queued.notify_one();
    done(&headers, json!({ "id": id }))
}

/// `POST /_sandbox/events/{id}/drop`: what is left to send of it is not sent.
pub(crate) async fn drop_event(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    if !delivery::drop_event(&mut shared.lock(), &id) {
        return wrong(&headers, "There is no such event, or nothing of it that waits to be sent.");
    }
    shared.attempted.notify_waiters();
    done(&headers, json!({ "id": id }))
}

/// The section of the control page.
pub(super) fn section(state: &State) -> String {
    let rows: String = state
        .store
        .all(Kind::Event)
        .rev()
        .take(SHOWN)
        .map(|row| {
            let id = escape(row.text("id"));
            let ways: Vec<String> =
                state.deliveries.iter().filter(|delivery| delivery.event == row.text("id")).map(|way| attempts(state, way)).collect();
            let resend = if ways.is_empty() {
                String::new()
            } else {
                format!("<form method=\"post\" action=\"/_sandbox/events/{id}/resend\"><button>Resend</button></form>")
            };
            let ways = if ways.is_empty() { "<span class=\"muted\">no endpoint</span>".to_owned() } else { ways.join("") };
            format!(
                "<tr><td>{}<br><span class=\"mono muted\">{id}</span></td><td>{}</td><td>{ways}</td><td>{resend}</td></tr>",
                escape(row.text("type")),
                calendar::moment(row.int("created")),
            )
        })
        .collect();
    table("Latest events", &["Event", "Time", "Delivery", ""], &rows, "Nothing has happened yet.")
}

fn attempts(state: &State, delivery: &Delivery) -> String {
    let url = state
        .store
        .get(Kind::WebhookEndpoint, &delivery.endpoint)
        .map(|row| row.text("url").to_owned());
    let tries: String = delivery
        .attempts
        .iter()
        .map(|attempt| {
            let (tone, outcome) = match &attempt.outcome {
                Ok(status) if (200..300).contains(status) => ("good", status.to_string()),
                Ok(status) => ("bad", format!("{status} {}", attempt.answer)),
                Err(why) => ("bad", why.clone()),
            };
            format!(
                "<li>{}: <span class=\"{tone}\">{}</span></li>",
                calendar::moment(attempt.at),
                escape(&outcome)
            )
        })
        .collect();
    format!(
        "<details><summary>{}, {} tried</summary><p class=\"mono\">{}</p><ul>{tries}</ul></details>",
        delivery.standing.word(),
        delivery.attempts.len(),
        escape(&url.unwrap_or_else(|| "(deleted endpoint)".to_owned()))
    )
}
