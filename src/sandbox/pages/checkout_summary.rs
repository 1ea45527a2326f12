//! The order on the hosted Checkout page: what it costs, and a field for a promotion code.

use crate::sandbox::checkout_totals::{self, Sum};
use crate::sandbox::discounts::{Redeemed, Refusal};
use crate::sandbox::pages::html::escape;
use crate::sandbox::value::Fields;
use crate::sandbox::{calendar, money};
use serde_json::Value;

/// A typed code, and why it cannot be redeemed.
#[derive(Debug)]
pub struct RefusedCode {
    pub code: String,
    pub why: Refusal,
}

/// The summary of a session, and of its trial if it has one.
pub fn show(
    session: &Value,
    trial: Option<i64>,
    now: i64,
    refused: Option<&RefusedCode>,
) -> String {
    let currency = session.text("currency");
    let lines = session.list("_line_items");
    let interval =
        lines.first().map(|line| line.text("price.recurring.interval")).unwrap_or_default();
    let names: Vec<String> = lines.iter().map(|line| escape(line.text("description"))).collect();
    let rows: String = lines
        .iter()
        .map(|line| {
            let unit = line.int("price.unit_amount");
            let quantity = line.int("quantity");
            let label =
                format!("{quantity} × {} per {}", money::amount(unit, currency), escape(interval));
            row(&label, &money::amount(unit.saturating_mul(quantity), currency))
        })
        .collect();
    let sum = checkout_totals::period(session, false);
    let later = checkout_totals::period(session, true);
    let price = prices(session, (sum, later), escape(interval).as_str());
    let (today, then) = match trial {
        Some(end) => {
            let days = (end - now + 43_200) / 86_400;
            (0, format!("<p>{days} days free, then {price} starting {}</p>", calendar::date(end)))
        }
        None if sum != later => (sum.total, format!("<p>{price}</p>")),
        None => (sum.total, format!("<p>Then {price}</p>")),
    };
    let today = money::amount(today, currency);
    format!(
        "<p class=\"muted\">Subscribe to</p><h1>{}</h1><p class=\"amount\">{today} today</p>{then}\
         <dl>{rows}{}{}<dt class=\"total\">Total due today</dt><dd class=\"total\">{today}</dd></dl>{}",
        names.join(", "),
        off(session, sum),
        tax(session, sum),
        promotion(session, refused),
    )
}

/// "$117.60 per month" or, with a discount for some time only, "$117.60 per month for 3 months, then
/// $147.00 per month".
fn prices(session: &Value, (first, later): (Sum, Sum), interval: &str) -> String {
    let each =
        |sum: Sum| format!("{} per {interval}", money::amount(sum.total, session.text("currency")));
    if first == later {
        return each(later);
    }
    let ending: Vec<Redeemed> = checkout_totals::redeemed(session)
        .into_iter()
        .filter(|one| one.coupon.text("duration") != "forever")
        .collect();
    let now = match ending.as_slice() {
        [one] if one.coupon.text("duration") == "once" => {
            let amount = money::amount(first.total, session.text("currency"));
            format!("{amount} for the first {interval}")
        }
        [one] => format!("{} {}", each(first), duration(&one.coupon)),
        _ => format!("{} at first", each(first)),
    };
    format!("{now}, then {}", each(later))
}

/// How long a coupon applies: "once", "for 3 months"; empty if it has no end.
fn duration(coupon: &Value) -> String {
    match coupon.maybe_int("duration_in_months") {
        Some(1) => "for a month".to_owned(),
        Some(months) => format!("for {months} months"),
        None if coupon.text("duration") == "once" => "once".to_owned(),
        None => String::new(),
    }
}

fn off(session: &Value, sum: Sum) -> String {
    if sum.discount == 0 {
        return String::new();
    }
    let currency = session.text("currency");
    let redeemed = checkout_totals::redeemed(session);
    let names: Vec<String> = redeemed.iter().map(|one| escape(&name(one))).collect();
    row(&names.join(", "), &money::amount(-sum.discount, currency))
}

fn tax(session: &Value, sum: Sum) -> String {
    if !session.flag("automatic_tax.enabled") {
        return String::new();
    }
    match checkout_totals::tax(session) {
        Some(tax) => row(
            &format!("Tax ({}, {})", escape(&tax.country), tax.percent()),
            &money::amount(sum.tax, session.text("currency")),
        ),
        None => row("Tax", "by your address"),
    }
}

/// "WELCOME: 20% off for 3 months".
fn name(redeemed: &Redeemed) -> String {
    let coupon = &redeemed.coupon;
    let off = match coupon.at("percent_off") {
        Some(percent) => format!("{percent}%").replace(".0%", "%"),
        None => money::amount(coupon.int("amount_off"), coupon.text("currency")),
    };
    let code = redeemed.promotion_code.as_ref().map(|code| code.text("code"));
    let label = code.or(coupon.maybe_text("name")).unwrap_or("Discount");
    format!("{label}: {off} off {}", duration(coupon)).trim_end().to_owned()
}

fn promotion(session: &Value, refused: Option<&RefusedCode>) -> String {
    if !session.flag("allow_promotion_codes") {
        return String::new();
    }
    let action = format!("/c/pay/{}/promotion", escape(session.text("id")));
    if !session.list("_redeemed").is_empty() {
        return format!(
            "<form method=\"post\" action=\"{action}\"><button type=\"submit\" name=\"code\" value=\"\">Remove promotion code</button></form>"
        );
    }
    let code = refused.map(|refused| escape(&refused.code)).unwrap_or_default();
    let (invalid, error) = match refused {
        Some(refused) => (
            " aria-invalid=\"true\" aria-describedby=\"code-error\"",
            format!(
                "<p class=\"error\" id=\"code-error\" role=\"alert\">{}</p>",
                escape(&said(refused))
            ),
        ),
        None => ("", String::new()),
    };
    format!(
        "<form method=\"post\" action=\"{action}\"><label for=\"code\">Promotion code</label>\
         <input id=\"code\" name=\"code\" type=\"text\" autocomplete=\"off\" required value=\"{code}\"{invalid}>{error}\
         <button type=\"submit\">Apply</button></form>"
    )
}

fn said(refused: &RefusedCode) -> String {
    let code = &refused.code;
    match refused.why {
        Refusal::Unknown => format!("There is no promotion code “{code}”."),
        Refusal::Expired => format!("The promotion code “{code}” has expired."),
        Refusal::UsedUp => format!("The promotion code “{code}” has been used up."),
        Refusal::OtherCurrency => {
            format!("The promotion code “{code}” is for another currency.")
        }
    }
}

fn row(label: &str, amount: &str) -> String {
    format!("<dt>{label}</dt><dd>{amount}</dd>")
}
