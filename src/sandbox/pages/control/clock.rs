//! The clock and its controls.

use crate::sandbox::pages::control::{done, wrong};
use crate::sandbox::pages::portal::field;
use crate::sandbox::shared::Shared;
use crate::sandbox::state::State;
use crate::sandbox::{calendar, due, time};
use axum::extract::State as Extract;
use axum::http::HeaderMap;
use axum::response::Response;
use dioxus::server::axum;
use serde_json::json;
use std::sync::Arc;

const DAY: i64 = 86_400;

/// `POST /_sandbox/advance`: to=unix time, or by=seconds. Moves the clock forward, carrying out
/// everything due on the way.
pub async fn advance(
    Extract(shared): Extract<Arc<Shared>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let mut state = shared.current();
    let now = state.now();
    let to = match (field(&body, "to").parse::<i64>(), field(&body, "by").parse::<i64>()) {
        (Ok(to), _) => to,
        (Err(_), Ok(by)) => now.saturating_add(by),
        (Err(_), Err(_)) => {
            return wrong(&headers, "Give to= (a Unix time) or by= (a number of seconds).");
        }
    };
    if let Err(message) = time::advance(&mut state, to) {
        return wrong(&headers, &message);
    }
    shared.queued.notify_one();
    done(&headers, json!({ "now": state.now() }))
}

/// `POST /_sandbox/clock`: state=frozen to stop the time between advances, or state=running to run with
/// the wall clock.
pub async fn switch(
    Extract(shared): Extract<Arc<Shared>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let mut state = shared.current();
    match field(&body, "state").as_str() {
        "frozen" => state.clock.freeze(),
        "running" => state.clock.run(),
        _ => return wrong(&headers, "Give state= frozen or running."),
    }
    done(&headers, json!({ "now": state.now() }))
}

/// The section of the control page.
pub(super) fn section(state: &State) -> String {
    let ahead = state.clock.ahead();
    let away = format!("{} days and {} hours", ahead.abs() / DAY, ahead.abs() % DAY / 3_600);
    let place = match ahead / 3_600 {
        0 => "with the wall clock".to_owned(),
        hours if hours > 0 => format!("{away} ahead of the wall clock"),
        _ => format!("{away} behind the wall clock"),
    };
    let (mode, switch) = if state.clock.is_frozen() {
        ("It stands still", button("clock", "state", "running", "Let it run"))
    } else {
        ("It runs", button("clock", "state", "frozen", "Freeze"))
    };
    let jump = |label: &str, to: Option<i64>| {
        let when = |to| format!("{label} ({})", calendar::short_date(to));
        to.map(|to| button("advance", "to", &to.to_string(), &when(to))).unwrap_or_default()
    };
    format!(
        "<section class=\"card\"><h2>Clock</h2><p><strong>{}</strong> <span class=\"muted\">{mode}, {place}.</span></p>\
         <div class=\"row\">{}{}{}{}{}{switch}</div></section>",
        calendar::moment(state.now()),
        button("advance", "by", "3600", "+1 hour"),
        button("advance", "by", &DAY.to_string(), "+1 day"),
        jump("To the trial’s end", due::next_trial_end(state)),
        jump("Next renewal", due::next_renewal(state)),
        jump("Next payment", due::next_payment(state)),
    )
}

fn button(action: &str, name: &str, value: &str, label: &str) -> String {
    format!(
        "<form method=\"post\" action=\"/_sandbox/{action}\"><button name=\"{name}\" value=\"{value}\">{label}</button></form>"
    )
}
