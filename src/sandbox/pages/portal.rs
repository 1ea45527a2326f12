//! The hosted Billing Portal: the plan, cancelling it and undoing that, invoices.

use crate::sandbox::ending::{schedule, unschedule};
use crate::sandbox::pages::html::{self, escape, link};
use crate::sandbox::protocol::form::pairs;
use crate::sandbox::shared::Shared;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use crate::sandbox::{calendar, charge, due, ending, invoicing, money};
use axum::extract::{Path, State as Extract};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use dioxus::server::axum;
use serde_json::Value;
use std::sync::Arc;

const UPDATED: &str = "customer.subscription.updated";

/// `GET /p/session/{token}`
pub async fn show(
    Extract(shared): Extract<Arc<Shared>>,
    Path(token): Path<String>,
    uri: Uri,
) -> Response {
    let state = shared.current();
    let Some(session) = session(&state, &token) else {
        return no_session();
    };
    let customer = session.text("customer");
    let flash = match field(uri.query().unwrap_or_default(), "done").as_str() {
        "canceled" => "Your plan will be canceled. You keep it until then.",
        "ended" => "Your plan has been canceled.",
        "renewed" => "Your plan will not be canceled.",
        "card" => "Your payment method has been updated.",
        _ => "",
    };
    let flash = if flash.is_empty() {
        String::new()
    } else {
        format!("<p class=\"flash\" role=\"status\">{flash}</p>")
    };
    let plans: String = state
        .store
        .all(Kind::Subscription)
        .rev()
        .filter(|row| row.text("customer") == customer && !due::ended(row))
        .map(|row| plan(&state, &session, row))
        .collect();
    let plans = if plans.is_empty() {
        "<section class=\"card\"><h2>Plan</h2><p class=\"muted\">There is no running subscription.</p></section>".to_owned()
    } else {
        plans
    };
    let body = format!(
        "{}<h1>Billing</h1>{flash}{plans}{}{}",
        way_back(&session),
        method(&state, &session),
        invoices(&state, customer)
    );
    html::page(StatusCode::OK, "Billing portal", &body)
}

/// `GET /p/session/{token}/cancel?subscription=`
pub async fn confirm_cancel(
    Extract(shared): Extract<Arc<Shared>>,
    Path(token): Path<String>,
    uri: Uri,
) -> Response {
    let state = shared.current();
    let Some(session) = session(&state, &token) else {
        return no_session();
    };
    let id = field(uri.query().unwrap_or_default(), "subscription");
    let Some(subscription) = cancellable(&state, &session, &id) else {
        return html::see_other(&format!("/p/session/{token}"));
    };
    let name = invoicing::product_names(&state, &subscription);
    let consequence = if at_once(&state, &session) {
        "It ends at once.".to_owned()
    } else {
        format!(
            "You keep it until {}.",
            calendar::date(subscription.int("items.data.0.current_period_end"))
        )
    };
    let body = format!(
        "<section class=\"card narrow\"><h1>Cancel {}?</h1><p>{consequence}</p>\
         <form method=\"post\" action=\"/p/session/{token}/cancel\"><input type=\"hidden\" name=\"subscription\" value=\"{}\">\
         <div class=\"row\"><button class=\"danger\" type=\"submit\">Cancel plan</button>\
         <a class=\"button\" href=\"/p/session/{token}\">Keep plan</a></div></form></section>",
        escape(&name),
        escape(&id),
        token = escape(&token),
    );
    html::page(StatusCode::OK, "Cancel plan", &body)
}

/// `POST /p/session/{token}/cancel`: subscription
///
/// At the period's end it sets `cancel_at` and leaves `cancel_at_period_end` false, as many users of
/// Stripe's portal report.
pub async fn cancel(
    Extract(shared): Extract<Arc<Shared>>,
    Path(token): Path<String>,
    body: String,
) -> Response {
    let mut state = shared.current();
    let Some(session) = session(&state, &token) else {
        return no_session();
    };
    let Some(subscription) = cancellable(&state, &session, &field(&body, "subscription")) else {
        return html::see_other(&format!("/p/session/{token}"));
    };
    let id = subscription.text("id");
    let done = if at_once(&state, &session) {
        ending::end(&mut state, id);
        "ended"
    } else {
        let (now, end) = (state.now(), subscription.int("items.data.0.current_period_end"));
        state.change(Kind::Subscription, id, UPDATED, |row| schedule(row, false, end, now));
        "canceled"
    };
    shared.queued.notify_one();
    html::see_other(&after(&session, done))
}

/// `POST /p/session/{token}/renew`: subscription
pub async fn renew(
    Extract(shared): Extract<Arc<Shared>>,
    Path(token): Path<String>,
    body: String,
) -> Response {
    let mut state = shared.current();
    let Some(session) = session(&state, &token) else {
        return no_session();
    };
    if let Some(subscription) = running(&state, &session, &field(&body, "subscription")) {
        state.change(Kind::Subscription, subscription.text("id"), UPDATED, unschedule);
    }
    shared.queued.notify_one();
    html::see_other(&after(&session, "renewed"))
}

/// The portal session behind a link.
pub(super) fn session(state: &State, token: &str) -> Option<Value> {
    state.store.all(Kind::PortalSession).find(|row| row.text("_token") == token).cloned()
}

/// The page for a link without a session.
pub(super) fn no_session() -> Response {
    html::not_found("This billing portal link is not valid. Go back and open the portal again.")
}

/// Where a finished action leads: the flow's redirect, or the portal with a message.
pub(super) fn after(session: &Value, done: &str) -> String {
    match session.maybe_text("flow.after_completion.redirect.return_url") {
        Some(url) => url.to_owned(),
        None => format!("/p/session/{}?done={done}", session.text("_token")),
    }
}

/// One field of a form or query string; empty if it is missing.
pub(super) fn field(text: &str, name: &str) -> String {
    pairs(text).into_iter().find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default()
}

/// The link back to where the customer came from.
pub(super) fn way_back(session: &Value) -> String {
    session
        .maybe_text("return_url")
        .map(|url| format!("<p><a href=\"{}\">← Back</a></p>", link(url)))
        .unwrap_or_default()
}

fn running(state: &State, session: &Value, id: &str) -> Option<Value> {
    let subscription = state.store.get(Kind::Subscription, id)?;
    (subscription.text("customer") == session.text("customer") && !due::ended(subscription))
        .then(|| subscription.clone())
}

/// Like [`running`], if the configuration lets customers cancel.
fn cancellable(state: &State, session: &Value, id: &str) -> Option<Value> {
    running(state, session, id).filter(|_| enabled(state, session, "subscription_cancel"))
}

fn at_once(state: &State, session: &Value) -> bool {
    state
        .store
        .get(Kind::PortalConfiguration, session.text("configuration"))
        .is_some_and(|row| row.text("features.subscription_cancel.mode") == "immediately")
}

/// Whether the session's configuration has a feature enabled.
pub(super) fn enabled(state: &State, session: &Value, feature: &str) -> bool {
    state
        .store
        .get(Kind::PortalConfiguration, session.text("configuration"))
        .is_some_and(|row| row.flag(&format!("features.{feature}.enabled")))
}

fn plan(state: &State, session: &Value, subscription: &Value) -> String {
    let token = escape(session.text("_token"));
    let id = escape(subscription.text("id"));
    let currency = subscription.text("currency");
    let items: String =
        subscription.list("items.data").iter().map(|item| priced(item, currency)).collect();
    let status = subscription.text("status");
    let tone = match status {
        "active" | "trialing" => "good",
        _ => "bad",
    };
    let period_end = subscription.int("items.data.0.current_period_end");
    let ends = subscription.maybe_int("cancel_at");
    let next = match (ends, status) {
        (Some(at), _) => format!("<dt>Cancels on</dt><dd>{}</dd>", calendar::date(at)),
        (None, "trialing") => {
            format!("<dt>Trial ends, first payment</dt><dd>{}</dd>", calendar::date(period_end))
        }
        (None, _) => format!("<dt>Next payment</dt><dd>{}</dd>", calendar::date(period_end)),
    };
    let action = if ends.is_some() {
        format!(
            "<form method=\"post\" action=\"/p/session/{token}/renew\"><input type=\"hidden\" name=\"subscription\" value=\"{id}\">\
             <button class=\"primary\" type=\"submit\">Don’t cancel</button></form>"
        )
    } else if enabled(state, session, "subscription_cancel") {
        format!(
            "<a class=\"button\" href=\"/p/session/{token}/cancel?subscription={id}\">Cancel plan</a>"
        )
    } else {
        String::new()
    };
    format!(
        "<section class=\"card\"><h2>{} <span class=\"badge\" data-tone=\"{tone}\">{}</span></h2>\
         <dl>{items}{next}</dl>{action}</section>",
        escape(&invoicing::product_names(state, subscription)),
        escape(&status.replace('_', " ")),
    )
}

fn priced(item: &Value, currency: &str) -> String {
    let (unit, quantity) = (item.int("price.unit_amount"), item.int("quantity"));
    format!(
        "<dt>{quantity} × {} per {}</dt><dd>{}</dd>",
        money::amount(unit, currency),
        escape(item.text("price.recurring.interval")),
        money::amount(unit.saturating_mul(quantity), currency),
    )
}

fn method(state: &State, session: &Value) -> String {
    let shown = charge::card_of(state, session.text("customer")).map_or_else(
        || "No payment method".to_owned(),
        |card| {
            format!(
                "{} •••• {}, expires {:02}/{}",
                escape(card.text("card.brand")),
                escape(card.text("card.last4")),
                card.int("card.exp_month"),
                card.int("card.exp_year")
            )
        },
    );
    let change = if enabled(state, session, "payment_method_update") {
        format!(
            "<p><a class=\"button\" href=\"/p/session/{}/card\">Update payment method</a></p>",
            escape(session.text("_token"))
        )
    } else {
        String::new()
    };
    format!("<section class=\"card\"><h2>Payment method</h2><p>{shown}</p>{change}</section>")
}

fn invoices(state: &State, customer: &str) -> String {
    let rows: String = state
        .store
        .all(Kind::Invoice)
        .rev()
        .filter(|row| row.text("customer") == customer && row.text("status") != "draft")
        .map(|row| {
            format!(
                "<tr><td><a href=\"/i/{}\">{}</a></td><td>{}</td><td>{}</td><td class=\"number\">{}</td></tr>",
                escape(row.text("id")),
                escape(row.text("number")),
                calendar::date(row.int("created")),
                escape(row.text("status")),
                money::amount(row.int("total"), row.text("currency")),
            )
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "<section class=\"card\"><h2>Invoices</h2><div class=\"scroll\"><table><thead><tr><th>Number</th><th>Date</th>\
         <th>Status</th><th>Amount</th></tr></thead><tbody>{rows}</tbody></table></div></section>"
    )
}
