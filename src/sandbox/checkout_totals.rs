//! The totals of a Checkout session: today's, and each later period's.

use crate::sandbox::checkout::trial_end;
use crate::sandbox::discounts::Redeemed;
use crate::sandbox::pricing::{self, Gross, Priced};
use crate::sandbox::tax::{self, Tax};
use crate::sandbox::value::Fields;
use serde_json::{Value, json};

/// A sum over a session's lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Before discounts.
    pub subtotal: i64,
    pub discount: i64,
    pub tax: i64,
    pub total: i64,
}

/// What one period of the subscription costs; `later` counts only coupons that last forever.
pub fn period(session: &Value, later: bool) -> Sum {
    let coupons = redeemed(session).into_iter().map(|one| one.coupon);
    let coupons: Vec<Value> =
        coupons.filter(|coupon| !later || coupon.text("duration") == "forever").collect();
    sum(&priced(session, &coupons))
}

/// The coupons that came with the session or were typed in.
pub fn redeemed(session: &Value) -> Vec<Redeemed> {
    let all = session.list("_redeemed").iter();
    all.map(|one| Redeemed {
        coupon: one.at("coupon").cloned().unwrap_or_default(),
        promotion_code: one.at("promotion_code").cloned(),
    })
    .collect()
}

/// Replaces a session's discounts.
pub fn redeem(session: &mut Value, redeemed: &[Redeemed], now: i64) {
    let shown = redeemed.iter().map(|one| match &one.promotion_code {
        Some(code) => json!({ "coupon": null, "promotion_code": code.text("id") }),
        None => json!({ "coupon": one.coupon.text("id"), "promotion_code": null }),
    });
    session.put("discounts", shown.collect::<Vec<_>>());
    let kept = redeemed
        .iter()
        .map(|one| json!({ "coupon": one.coupon, "promotion_code": one.promotion_code }));
    session.put("_redeemed", kept.collect::<Vec<_>>());
    reprice(session, now);
}

/// Sets what is due today on a session and its lines: nothing in a trial.
pub fn reprice(session: &mut Value, now: i64) {
    let trial = trial_end(session, now).is_some();
    let coupons: Vec<Value> = redeemed(session).into_iter().map(|one| one.coupon).collect();
    let priced = priced(session, &coupons);
    let due = if trial { Sum::default() } else { sum(&priced) };
    for (index, line) in priced.iter().enumerate() {
        let due = if trial { Sum::default() } else { sum(std::slice::from_ref(line)) };
        let mut put = |field: &str, amount: i64| {
            session.put(&format!("_line_items.{index}.{field}"), amount);
        };
        put("amount_subtotal", due.subtotal);
        put("amount_discount", due.discount);
        put("amount_tax", due.tax);
        put("amount_total", due.total);
    }
    session.put("amount_subtotal", due.subtotal);
    session.put("amount_total", due.total);
    session.put("total_details.amount_discount", due.discount);
    session.put("total_details.amount_tax", due.tax);
    let automatic = session.flag("automatic_tax.enabled");
    session.put("automatic_tax", tax::automatic(automatic, tax(session).as_ref()));
}

/// The automatic tax of a session, once the customer's country is known.
pub fn tax(session: &Value) -> Option<Tax> {
    let address = session.at("customer_details.address")?;
    let tax = Tax::at(address, session.text("customer_details.tax_exempt"));
    tax.filter(|_| session.flag("automatic_tax.enabled"))
}

fn priced(session: &Value, coupons: &[Value]) -> Vec<Priced> {
    let lines = session.list("_line_items").iter();
    let amounts: Vec<Gross> = lines
        .map(|line| Gross {
            amount: line.int("price.unit_amount").saturating_mul(line.int("quantity")),
            discountable: true,
        })
        .collect();
    pricing::price(&amounts, coupons, tax(session).map_or(0, |tax| tax.rate))
}

fn sum(lines: &[Priced]) -> Sum {
    lines.iter().fold(Sum::default(), |sum, line| Sum {
        subtotal: sum.subtotal + line.amount,
        discount: sum.discount + line.amount - line.net(),
        tax: sum.tax + line.tax,
        total: sum.total + line.net() + line.tax,
    })
}
