//! An invoice's hosted page, its PDF, and paying it.

use crate::sandbox::charge::{self, Decline};
use crate::sandbox::collecting::Attempt;
use crate::sandbox::pages::card_fields;
use crate::sandbox::pages::html::{self, escape};
use crate::sandbox::pages::pdf::document;
use crate::sandbox::pages::portal::field;
use crate::sandbox::shared::Shared;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use crate::sandbox::{calendar, collecting, money};
use axum::extract::{Path, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use dioxus::server::axum;
use serde_json::Value;
use std::sync::Arc;

/// `GET /i/{id}`
pub async fn show(Extract(shared): Extract<Arc<Shared>>, Path(id): Path<String>) -> Response {
    match invoice(&shared.current(), &id) {
        Some(invoice) => render(&invoice, StatusCode::OK, ""),
        None => html::not_found("There is no such invoice."),
    }
}

/// `POST /i/{id}/pay`: tries the card on file again.
pub async fn pay(Extract(shared): Extract<Arc<Shared>>, Path(id): Path<String>) -> Response {
    collect(&shared, &id, Attempt::MANUAL)
}

/// `GET /i/{id}/challenge`
pub async fn show_challenge(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
) -> Response {
    match invoice(&shared.current(), &id) {
        Some(invoice) if invoice.text("status") == "open" => html::page(
            StatusCode::OK,
            "3-D Secure",
            &card_fields::challenge(&format!("/i/{id}/challenge")),
        ),
        Some(_) => html::see_other(&format!("/i/{id}")),
        None => html::not_found("There is no such invoice."),
    }
}

/// `POST /i/{id}/challenge`: result=approve|refuse
pub async fn challenge(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    if field(&body, "result") == "approve" {
        return collect(&shared, &id, Attempt { authenticated: true, ..Attempt::MANUAL });
    }
    match invoice(&shared.current(), &id) {
        Some(invoice) => {
            render(&invoice, StatusCode::PAYMENT_REQUIRED, card_fields::UNAUTHENTICATED)
        }
        None => html::not_found("There is no such invoice."),
    }
}

fn collect(shared: &Shared, id: &str, attempt: Attempt<'_>) -> Response {
    let mut state = shared.current();
    let Some(before) = invoice(&state, id) else {
        return html::not_found("There is no such invoice.");
    };
    if before.text("status") != "open" {
        return html::see_other(&format!("/i/{id}"));
    }
    let method = charge::method_for(&state, &before, None);
    let due = before.int("amount_remaining");
    if charge::attempt(method.as_ref(), due, attempt.authenticated) == Err(Decline::Authentication)
    {
        return html::see_other(&format!("/i/{id}/challenge"));
    }
    let outcome = collecting::collect(&mut state, id, attempt);
    shared.queued.notify_one();
    match outcome {
        Ok(()) => html::see_other(&format!("/i/{id}")),
        Err(_) => render(
            &invoice(&state, id).unwrap_or(before),
            StatusCode::PAYMENT_REQUIRED,
            "Your card was declined. Update your payment method in the billing portal, and try again.",
        ),
    }
}

/// `GET /i/{id}/pdf`
pub async fn pdf(Extract(shared): Extract<Arc<Shared>>, Path(id): Path<String>) -> Response {
    let Some(invoice) = invoice(&shared.current(), &id) else {
        return html::not_found("There is no such invoice.");
    };
    let currency = invoice.text("currency");
    let mut lines = vec![
        format!("Invoice {}", invoice.text("number")),
        format!("Date {}", calendar::date(invoice.int("created"))),
        format!(
            "For {}",
            invoice.maybe_text("customer_email").unwrap_or_else(|| invoice.text("customer"))
        ),
        String::new(),
    ];
    lines.extend(invoice.list("lines.data").iter().map(|line| {
        format!("{}   {}", line.text("description"), money::amount(line.int("amount"), currency))
    }));
    lines.push(String::new());
    let sums = sums(&invoice).into_iter();
    lines
        .extend(sums.map(|(label, amount)| format!("{label} {}", money::amount(amount, currency))));
    lines.push(format!(
        "Total {}   Paid {}",
        money::amount(invoice.int("total"), currency),
        money::amount(invoice.int("amount_paid"), currency)
    ));
    lines.push("Stripe sandbox: no real money".to_owned());
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{id}.pdf\"")),
    ];
    (headers, document(&lines)).into_response()
}

/// A finalised invoice: a draft has no page.
fn invoice(state: &State, id: &str) -> Option<Value> {
    state.store.get(Kind::Invoice, id).filter(|invoice| invoice.text("status") != "draft").cloned()
}

/// The amounts between the lines and the total.
fn sums(invoice: &Value) -> Vec<(&'static str, i64)> {
    let discounts = invoice.list("total_discount_amounts").iter();
    let discount: i64 = discounts.map(|of| of.int("amount")).sum();
    let tax = invoice.list("total_taxes").iter().map(|of| of.int("amount")).sum();
    [("Discount", -discount), ("Tax", tax)].into_iter().filter(|(_, amount)| *amount != 0).collect()
}

fn render(invoice: &Value, status: StatusCode, error: &str) -> Response {
    let id = escape(invoice.text("id"));
    let currency = invoice.text("currency");
    let rows: String = invoice
        .list("lines.data")
        .iter()
        .map(|line| {
            format!(
                "<tr><td>{}<br><span class=\"hint\">{} – {}</span></td><td class=\"number\">{}</td></tr>",
                escape(line.text("description")),
                calendar::date(line.int("period.start")),
                calendar::date(line.int("period.end")),
                money::amount(line.int("amount"), currency)
            )
        })
        .collect();
    let pay = if invoice.text("status") == "open" {
        format!(
            "<form method=\"post\" action=\"/i/{id}/pay\"><button class=\"primary\" type=\"submit\">Pay {}</button></form>",
            money::amount(invoice.int("amount_remaining"), currency)
        )
    } else {
        String::new()
    };
    let sums: String = sums(invoice)
        .iter()
        .map(|(label, amount)| {
            format!("<dt>{label}</dt><dd>{}</dd>", money::amount(*amount, currency))
        })
        .collect();
    let error = if error.is_empty() {
        String::new()
    } else {
        format!("<p class=\"error\" role=\"alert\">{}</p>", escape(error))
    };
    let body = format!(
        "<section class=\"card\"><h1>Invoice {} <span class=\"badge\">{}</span></h1><p class=\"muted\">{}<br>{}</p>{error}\
         <div class=\"scroll\"><table><thead><tr><th>Description</th><th>Amount</th></tr></thead><tbody>{rows}</tbody></table></div>\
         <dl>{sums}<dt>Total</dt><dd>{}</dd><dt>Amount due</dt><dd>{}</dd><dt>Paid</dt><dd>{}</dd></dl>\
         <div class=\"row\">{pay}<a class=\"button\" href=\"/i/{id}/pdf\">PDF</a></div></section>",
        escape(invoice.text("number")),
        escape(invoice.text("status")),
        calendar::date(invoice.int("created")),
        escape(invoice.text("customer_email")),
        money::amount(invoice.int("total"), currency),
        money::amount(invoice.int("amount_due"), currency),
        money::amount(invoice.int("amount_paid"), currency),
    );
    html::page(status, "Invoice", &body)
}
