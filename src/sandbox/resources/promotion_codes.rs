//! `/v1/promotion_codes`

use crate::sandbox::discounts;
use crate::sandbox::resources::prelude::*;

pub fn create(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, &["customer_account", "restrictions"])?;
    let promotion = params.object("promotion", "coupon type")?;
    promotion.required("type")?;
    promotion.choice("type", &["coupon"])?;
    let (coupon, name) = (promotion.required("coupon")?, promotion.name("coupon"));
    super::coupons::existing(state, coupon, &name)?;
    let generated = ids::random(8).to_ascii_uppercase();
    let text = params.text("code")?.unwrap_or(&generated);
    if !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(ApiError::invalid(
            "code",
            "Promotion codes can only contain letters, digits and dashes.",
        ));
    }
    if discounts::typed(state, text).is_some_and(|other| other.flag("active")) {
        return Err(taken(text));
    }
    let mut code = objects::promotion_code::new(text, coupon, state.now());
    if let Some(customer) = params.text("customer")? {
        super::customers::alive(state, customer, "customer")?;
        code.put("customer", customer);
    }
    code.put("max_redemptions", params.int_in("max_redemptions", 1..=i64::MAX)?);
    code.put("expires_at", super::coupons::future(state, call, "expires_at")?);
    params.copy_flags(&mut code, &["active"])?;
    params.merge_metadata(&mut code)?;
    state.create(Kind::PromotionCode, code.clone(), Some("promotion_code.created"));
    Ok(code)
}

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::PromotionCode, &call.id, "id")
}

pub fn update(state: &mut State, call: &Call) -> Answer {
    let mut changed = retrieve(state, call)?;
    super::refuse(&call.params, &["restrictions"])?;
    call.params.copy_flags(&mut changed, &["active"])?;
    let active = discounts::typed(state, changed.text("code"));
    if changed.flag("active")
        && active.is_some_and(|other| other.flag("active") && other.text("id") != call.id)
    {
        return Err(taken(changed.text("code")));
    }
    call.params.merge_metadata(&mut changed)?;
    state.change(Kind::PromotionCode, &call.id, "promotion_code.updated", |code| *code = changed);
    retrieve(state, call)
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, &["customer_account"])?;
    let active = params.flag("active")?;
    let code = params.text("code")?;
    let (coupon, customer) = (params.text("coupon")?, params.text("customer")?);
    let created = params.range("created")?;
    list::page_of(call, state.store.all(Kind::PromotionCode).rev(), |row| {
        active.is_none_or(|active| row.flag("active") == active)
            && code.is_none_or(|code| row.text("code").eq_ignore_ascii_case(code))
            && super::matches(row, "promotion.coupon", coupon)
            && super::matches(row, "customer", customer)
            && created(row.int("created"))
    })
}

fn taken(code: &str) -> ApiError {
    ApiError::invalid(
        "code",
        format!("An active promotion code with `code: {code}` already exists."),
    )
}
