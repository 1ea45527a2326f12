//! What coupons take off a subscription's invoices, and for how long.
//!
//! A subscription keeps its discounts in `_discounts`, each with its coupon as it was when redeemed,
//! and in `_period` the coupons its current period was billed with, which prorations use.

use crate::sandbox::objects::discount;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::{Fields, public};
use serde_json::Value;

/// A redeemed coupon, with the promotion code if one was used.
#[derive(Clone, Debug)]
pub struct Redeemed {
    pub coupon: Value,
    pub promotion_code: Option<Value>,
}

/// Why a coupon or promotion code cannot be redeemed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It does not exist, or is not for this customer.
    Unknown,
    Expired,
    UsedUp,
    /// Its amount is in another currency.
    OtherCurrency,
}

/// Whether a coupon can still be redeemed.
pub fn is_valid(coupon: &Value, now: i64) -> bool {
    usable(coupon, "redeem_by", now).is_ok()
}

/// Checks that a coupon or promotion code has neither expired nor been used up.
fn usable(row: &Value, until: &str, now: i64) -> Result<(), Refusal> {
    if row.maybe_int(until).is_some_and(|until| until <= now) {
        return Err(Refusal::Expired);
    }
    match row.maybe_int("max_redemptions") {
        Some(most) if row.int("times_redeemed") >= most => Err(Refusal::UsedUp),
        _ => Ok(()),
    }
}

/// The coupon, if it can be redeemed in this currency.
pub fn by_coupon(state: &State, id: &str, currency: &str) -> Result<Redeemed, Refusal> {
    let coupon = state.store.get(Kind::Coupon, id).filter(|coupon| !coupon.flag("deleted"));
    let coupon = coupon.ok_or(Refusal::Unknown)?;
    usable(coupon, "redeem_by", state.now())?;
    if coupon.maybe_text("currency").is_some_and(|of| of != currency) {
        return Err(Refusal::OtherCurrency);
    }
    Ok(Redeemed { coupon: coupon.clone(), promotion_code: None })
}

/// The promotion code with its coupon, if this customer can redeem it in this currency.
pub fn by_code(
    state: &State,
    code: &Value,
    customer: Option<&str>,
    currency: &str,
) -> Result<Redeemed, Refusal> {
    if code.maybe_text("customer").is_some_and(|of| Some(of) != customer) {
        return Err(Refusal::Unknown);
    }
    usable(code, "expires_at", state.now())?;
    if !code.flag("active") {
        return Err(Refusal::Expired);
    }
    let redeemed = by_coupon(state, code.text("promotion.coupon"), currency)?;
    Ok(Redeemed { promotion_code: Some(code.clone()), ..redeemed })
}

/// Finds the promotion code a customer typed; an active one takes precedence.
pub fn typed<'a>(state: &'a State, code: &str) -> Option<&'a Value> {
    let all = || state.store.all(Kind::PromotionCode);
    let same = |row: &&Value| row.text("code").eq_ignore_ascii_case(code);
    all().filter(same).find(|row| row.flag("active")).or_else(|| all().rev().find(same))
}

/// Replaces a subscription's discounts; [`keep`] emits the events.
pub fn put(
    subscription: &mut Value,
    redeemed: &[Redeemed],
    checkout_session: Option<&str>,
    now: i64,
) {
    let (id, customer) = (subscription.text("id"), subscription.text("customer"));
    let made = redeemed.iter().map(|one| discount::new(one, id, customer, checkout_session, now));
    set(subscription, made.collect());
}

/// Sets the discounts of a subscription.
pub fn set(subscription: &mut Value, discounts: Vec<Value>) {
    let ids: Vec<Value> = discounts.iter().map(|one| Value::from(one.text("id"))).collect();
    subscription.put("discounts", ids);
    subscription.put("_discounts", discounts);
}

/// Stores a subscription's new discounts and counts the redemptions: `customer.discount.created`.
pub fn keep(state: &mut State, subscription: &Value) {
    for made in subscription.list("_discounts") {
        if state.store.get(Kind::Discount, made.text("id")).is_some() {
            continue;
        }
        let coupon = made.text("source.coupon");
        for (kind, id) in
            [(Kind::Coupon, coupon), (Kind::PromotionCode, made.text("promotion_code"))]
        {
            state.edit(kind, id, |row| row.put("times_redeemed", row.int("times_redeemed") + 1));
        }
        state.create(Kind::Discount, made.clone(), Some("customer.discount.created"));
    }
}

/// Removes the discounts that are over from a subscription: `customer.discount.deleted`.
pub fn drop(state: &mut State, subscription: &str, over: impl Fn(&Value) -> bool) {
    let Some(row) = state.store.get(Kind::Subscription, subscription) else { return };
    let (gone, left): (Vec<Value>, Vec<Value>) =
        row.list("_discounts").iter().cloned().partition(|one| over(one));
    if gone.is_empty() {
        return;
    }
    state.edit(Kind::Subscription, subscription, |row| set(row, left));
    forget(state, &gone);
}

/// Deletes discounts that a subscription no longer has, with an event for each.
pub fn forget(state: &mut State, gone: &[Value]) {
    for one in gone {
        state.emit("customer.discount.deleted", public(one), None);
        state.edit(Kind::Discount, one.text("id"), |row| row.put("deleted", true));
    }
}

/// The discounts of a subscription that apply to an invoice at this time.
pub fn on(subscription: &Value, at: i64) -> Vec<Value> {
    let all = subscription.list("_discounts").iter();
    all.filter(|one| one.maybe_int("end").is_none_or(|end| at < end)).cloned().collect()
}

/// Whether a discount is for one invoice only.
pub fn is_once(discount: &Value) -> bool {
    discount.text("_coupon.duration") == "once"
}

/// After an invoice for a whole period, records the coupons it was billed with and drops discounts that
/// were for one invoice or have ended. A coupon for one invoice survives one it took nothing off, such
/// as a trial's.
pub fn settle(state: &mut State, subscription: &str, invoice: &Value) {
    let now = state.now();
    let took = |discount: &Value| {
        invoice
            .list("total_discount_amounts")
            .iter()
            .any(|of| of.text("discount") == discount.text("id") && of.int("amount") > 0)
    };
    state.edit(Kind::Subscription, subscription, |row| {
        let coupons: Vec<Value> =
            on(row, now).iter().filter_map(|one| one.at("_coupon").cloned()).collect();
        row.put("_period", coupons);
    });
    drop(state, subscription, |one| {
        is_once(one) && took(one) || one.maybe_int("end").is_some_and(|end| end <= now)
    });
}
