//! The control page: the clock, the subscriptions, the events and how they were delivered.

use std::sync::Arc;

use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dioxus::server::axum;
use serde_json::{Value, json};

use super::super::delivery::{self, Delivery, Standing};
use super::super::shared::Shared;
use super::super::state::State;
use super::super::status::{self, STATUSES};
use super::super::store::Kind;
use super::super::value::{Fields, public};
use super::super::{API_VERSION, calendar, due, invoicing, time};
use super::html::{self, escape};
use super::portal::field;

const SHOWN: usize = 60;
const DAY: i64 = 86_400;

/// `GET /`
pub(crate) async fn show(Extract(shared): Extract<Arc<Shared>>) -> Response {
    let state = shared.current();
    let body = format!(
        "<h1>Stripe sandbox</h1><p class=\"muted\">A stand-in for Stripe, API version {API_VERSION}, with a state of its own. \
         Point a Stripe SDK at <code>{}</code> with any key that starts with <code>sk_test_</code>.</p>{}{}{}",
        escape(&state.base),
        clock(&state),
        subscriptions(&state),
        events(&state)
    );
    html::page(StatusCode::OK, "Stripe sandbox", &body)
}

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

/// `POST /_sandbox/subscriptions/{id}/status`: status
pub(crate) async fn set_status(
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

/// `POST /_sandbox/events/{id}/resend`
pub(crate) async fn resend(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut state = shared.current();
    if !delivery::resend(&mut state, &id) {
        return wrong(&headers, "There is no such event, or no endpoint it went to.");
    }
    shared.queued.notify_one();
    done(&headers, json!({ "id": id }))
}

/// A browser goes back to the page, anything else gets JSON.
fn done(headers: &HeaderMap, body: Value) -> Response {
    if is_browser(headers) {
        return html::see_other("/");
    }
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

fn clock(state: &State) -> String {
    let ahead = match state.clock.ahead() {
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
        jump("To trial end", due::next_trial_end(state)),
        jump("Next renewal", due::next_renewal(state)),
    )
}

fn step(name: &str, value: i64, label: &str) -> String {
    format!(
        "<form method=\"post\" action=\"/_sandbox/advance\"><button name=\"{name}\" value=\"{value}\">{label}</button></form>"
    )
}

fn subscriptions(state: &State) -> String {
    let rows: String = state
        .store
        .all(Kind::Subscription)
        .rev()
        .map(|row| {
            let id = escape(row.text("id"));
            let choices: String = STATUSES
                .iter()
                .map(|status| format!("<option{}>{status}</option>", if *status == row.text("status") { " selected" } else { "" }))
                .collect();
            let ends = row.maybe_int("cancel_at").map(|at| format!("<br><span class=\"hint\">cancels {}</span>", calendar::date(at)));
            format!(
                "<tr><td><span class=\"mono\">{id}</span><br><span class=\"hint\">{}</span></td><td>{} × {}</td><td>{}{}</td>\
                 <td>{}</td><td><form class=\"row\" method=\"post\" action=\"/_sandbox/subscriptions/{id}/status\">\
                 <select name=\"status\" aria-label=\"Status of {id}\">{choices}</select><button>Set</button></form></td><td>{}</td></tr>",
                escape(customer(state, row)),
                row.int("items.data.0.quantity"),
                escape(&invoicing::product_name(state, row.text("items.data.0.price.product"))),
                escape(row.text("status")),
                ends.unwrap_or_default(),
                calendar::date(row.int("items.data.0.current_period_end")),
                latest_invoice(row),
            )
        })
        .collect();
    table(
        "Subscriptions",
        &["Subscription", "Plan", "Status", "Period ends", "Put into", "Latest invoice"],
        &rows,
        "None yet: they start through Checkout.",
    )
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

fn events(state: &State) -> String {
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
    let standing = match delivery.standing {
        Standing::Due(_) => "waiting",
        Standing::Underway => "being sent",
        Standing::Done => "delivered",
        Standing::Dead => "given up",
    };
    format!(
        "<details><summary>{standing}, {} tried</summary><p class=\"mono\">{}</p><ul>{tries}</ul></details>",
        delivery.attempts.len(),
        escape(&url.unwrap_or_else(|| "(deleted endpoint)".to_owned()))
    )
}

fn table(title: &str, heads: &[&str], rows: &str, empty: &str) -> String {
    if rows.is_empty() {
        return format!(
            "<section class=\"card\"><h2>{title}</h2><p class=\"muted\">{empty}</p></section>"
        );
    }
    let heads: String = heads.iter().map(|head| format!("<th>{head}</th>")).collect();
    format!(
        "<section class=\"card\"><h2>{title}</h2><div class=\"scroll\"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></section>"
    )
}
