//! The clock and its controls.

use std::sync::Arc;

use axum::extract::State as Extract;
use axum::http::HeaderMap;
use axum::response::Response;
use dioxus::server::axum;
use serde_json::json;

use super::super::super::shared::Shared;
use super::super::super::state::State;
use super::super::super::{calendar, time};
use super::super::portal::field;
use super::{done, wrong};

const DAY: i64 = 86_400;

/// `POST /_sandbox/advance`: to=unix time, or by=seconds. Moves the clock forward, through
/// everything due on the way.
pub(crate) async fn advance(
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

/// The section of the control page.
pub(super) fn section(state: &State) -> String {
    let ahead = match state.clock.offset() {
        0 => "It follows the wall clock.".to_owned(),
        seconds => format!(
            "It is {} days and {} hours ahead of the wall clock.",
            seconds / DAY,
            seconds % DAY / 3_600
        ),
    };
    let jump = |label: &str, to: Option<i64>| {
        to.map(|to| step("to", to, &format!("{label} ({})", calendar::short_date(to))))
            .unwrap_or_default()
    };
    format!(
        "<section class=\"card\"><h2>Clock</h2><p><strong>{}</strong> <span class=\"muted\">{ahead}</span></p><div class=\"row\">{}{}{}{}</div></section>",
        calendar::moment(state.now()),
        step("by", 3_600, "+1 hour"),
        step("by", DAY, "+1 day"),
        jump("To trial end", time::next_trial_end(state)),
        jump("Next renewal", time::next_renewal(state)),
    )
}

fn step(name: &str, value: i64, label: &str) -> String {
    format!(
        "<form method=\"post\" action=\"/_sandbox/advance\"><button name=\"{name}\" value=\"{value}\">{label}</button></form>"
    )
}
