//! The events, and how they were delivered.

use crate::sandbox::calendar;
use crate::sandbox::delivery::{self, Delivery};
use crate::sandbox::pages::control::{button, done, table, wrong};
use crate::sandbox::pages::html::escape;
use crate::sandbox::shared::Shared;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use axum::extract::{Path, State as Extract};
use axum::http::HeaderMap;
use axum::response::Response;
use dioxus::server::axum;
use serde_json::json;
use std::sync::Arc;

const SHOWN: usize = 60;

/// `POST /_sandbox/events/{id}/resend`
pub async fn resend(
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

/// `POST /_sandbox/events/{id}/drop`: drops its deliveries that are still open.
pub async fn drop_event(
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
    let rows = state.store.all(Kind::Event).rev().take(SHOWN).map(|row| {
        let id = row.text("id");
        let ways: Vec<&Delivery> =
            state.deliveries.iter().filter(|delivery| delivery.event == id).collect();
        let id = escape(id);
        let mut controls = Vec::new();
        if !ways.is_empty() {
            controls.push(button(&format!("events/{id}/resend"), "Resend"));
        }
        if ways.iter().any(|way| way.is_open()) {
            controls.push(button(&format!("events/{id}/drop"), "Drop"));
        }
        let delivered = match ways.is_empty() {
            true => "<span class=\"muted\">no endpoint</span>".to_owned(),
            false => ways.into_iter().map(|way| attempts(state, way)).collect(),
        };
        [
            format!("{}<br><span class=\"mono muted\">{id}</span>", escape(row.text("type"))),
            calendar::moment(row.int("created")),
            delivered,
            format!("<div class=\"row\">{}</div>", controls.concat()),
        ]
    });
    table(
        "Latest events",
        ["Event", "Time", "Delivery", ""],
        rows.collect(),
        "Nothing has happened yet.",
    )
}

fn attempts(state: &State, delivery: &Delivery) -> String {
    let url = state
        .store
        .get(Kind::WebhookEndpoint, &delivery.endpoint)
        .and_then(|row| row.maybe_text("url"))
        .unwrap_or("(deleted endpoint)");
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
        escape(url)
    )
}
