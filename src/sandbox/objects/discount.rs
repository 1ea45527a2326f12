//! `discount`: a coupon on a subscription

use crate::sandbox::discounts::Redeemed;
use crate::sandbox::value::{Fields, object};
use crate::sandbox::{calendar, ids};
use serde_json::{Value, json};

/// A coupon's discount on a subscription, from now on.
pub fn new(
    redeemed: &Redeemed,
    subscription: &str,
    customer: &str,
    checkout_session: Option<&str>,
    now: i64,
) -> Value {
    let coupon = &redeemed.coupon;
    let months = coupon.maybe_int("duration_in_months");
    object! {
        "id": ids::long("di"),
        "object": "discount",
        "checkout_session": checkout_session,
        "customer": customer,
        "end": months.map(|months| calendar::next(now, now, "month", months)),
        "promotion_code": redeemed.promotion_code.as_ref().map(|code| code.text("id")),
        "source": json!({ "coupon": coupon.text("id"), "type": "coupon" }),
        "start": now,
        "subscription": subscription,
        "_coupon": coupon.clone();
        null: customer_account, invoice, invoice_item, subscription_item
    }
}
