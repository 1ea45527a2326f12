//! Every delivery so far, and the plan for those to come.

use crate::sandbox::delivery::plan::{Action, Order, Rule};
use crate::sandbox::delivery::{self, Attempt, Delivery};
use crate::sandbox::pages::control::{COUNT, data, done, wrong};
use crate::sandbox::pages::html::escape;
use crate::sandbox::pages::portal::field;
use crate::sandbox::protocol::faults::count_of;
use crate::sandbox::shared::Shared;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use axum::extract::State as Extract;
use axum::http::HeaderMap;
use axum::response::Response;
use dioxus::server::axum;
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /_sandbox/deliveries`
pub async fn list(Extract(shared): Extract<Arc<Shared>>) -> Response {
    let state = shared.current();
    let deliveries: Vec<Value> =
        state.deliveries.iter().map(|delivery| shown(&state, delivery)).collect();
    let mut listed = json!(state.plan);
    listed.put("deliveries", deliveries);
    data(&listed)
}

/// `POST /_sandbox/deliveries`: action=hold; action=release with order=queued|reversed|shuffled;
/// action=drop|duplicate with count=events, one by default, and type=event type or pattern, any by
/// default; action=clear, which removes the rules to drop or duplicate.
pub async fn plan(
    Extract(shared): Extract<Arc<Shared>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let mut state = shared.current();
    if let Err(message) = carry_out(&mut state, &body) {
        return wrong(&headers, &message);
    }
    shared.queued.notify_one();
    shared.attempted.notify_waiters();
    done(&headers, json!(state.plan))
}

fn carry_out(state: &mut State, form: &str) -> Result<(), String> {
    match field(form, "action").as_str() {
        "hold" => state.plan.held = true,
        "release" => delivery::release(state, Order::read(&field(form, "order"))?),
        "drop" => expect(state, Action::Drop, form)?,
        "duplicate" => expect(state, Action::Duplicate, form)?,
        "clear" => state.plan.rules.clear(),
        _ => return Err("action= is one of hold, release, drop, duplicate, clear.".to_owned()),
    }
    Ok(())
}

fn expect(state: &mut State, action: Action, form: &str) -> Result<(), String> {
    let count = count_of(&field(form, "count"))?;
    state.plan.expect(action, &field(form, "type"), count)
}

fn shown(state: &State, delivery: &Delivery) -> Value {
    let attempts: Vec<Value> = delivery.attempts.iter().map(attempt).collect();
    json!({
        "event": delivery.event,
        "type": state.store.get(Kind::Event, &delivery.event).map(|event| event.text("type")),
        "url": state.store.get(Kind::WebhookEndpoint, &delivery.endpoint).and_then(|row| row.maybe_text("url")),
        "standing": delivery.standing.word(),
        "attempts": attempts,
    })
}

fn attempt(attempt: &Attempt) -> Value {
    match &attempt.outcome {
        Ok(status) => json!({ "at": attempt.at, "status": status }),
        Err(why) => json!({ "at": attempt.at, "error": why }),
    }
}

/// The section of the control page.
pub(super) fn section(state: &State) -> String {
    let waiting = state.deliveries.iter().filter(|delivery| delivery.is_open()).count();
    let (mode, switch) = if state.plan.held {
        ("Deliveries are held", RELEASE)
    } else {
        ("Deliveries go out as events happen", HOLD)
    };
    let rules: String = state.plan.rules.iter().map(worded).collect();
    let rules = match rules.is_empty() {
        true => String::new(),
        false => format!("<ol>{rules}</ol>{CLEAR}"),
    };
    format!(
        "<section class=\"card\"><h2>Webhooks</h2><p>{mode}. <span class=\"muted\">{waiting} waiting.</span></p>{switch}{rules}\
         <form class=\"row fields\" method=\"post\" action=\"/_sandbox/deliveries\">\
         <label>The next events are <select name=\"action\"><option value=\"drop\">dropped</option>\
         <option value=\"duplicate\">sent twice</option></select></label>\
         <label>Of type <input name=\"type\" value=\"*\" placeholder=\"customer.subscription.*\" autocapitalize=\"none\" spellcheck=\"false\"></label>{COUNT}\
         <button>Arm</button></form></section>"
    )
}

const HOLD: &str = "<form method=\"post\" action=\"/_sandbox/deliveries\"><button name=\"action\" value=\"hold\">Hold them</button></form>";
const CLEAR: &str = "<form method=\"post\" action=\"/_sandbox/deliveries\"><button name=\"action\" value=\"clear\">Clear</button></form>";
const RELEASE: &str = "<form class=\"row fields\" method=\"post\" action=\"/_sandbox/deliveries\">\
    <label>Order <select name=\"order\"><option value=\"queued\">as they happened</option>\
    <option value=\"reversed\">the last first</option><option value=\"shuffled\">shuffled</option></select></label>\
    <button name=\"action\" value=\"release\">Release them</button></form>";

fn worded(rule: &Rule) -> String {
    let action = match rule.action {
        Action::Drop => "Drop",
        Action::Duplicate => "Send twice",
    };
    format!("<li><strong>{action}</strong> {}: {} left</li>", escape(&rule.kind), rule.left)
}
