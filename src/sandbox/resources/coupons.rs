//! `/v1/coupons`

use crate::sandbox::discounts;
use crate::sandbox::resources::prelude::*;

pub fn create(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, &["applies_to", "currency_options"])?;
    let generated = ids::random(8);
    let id = params.text("id")?.unwrap_or(&generated);
    if state.store.find(id).is_some() {
        return Err(ApiError::invalid("id", "Coupon already exists."));
    }
    let mut coupon = objects::coupon::new(id, state.now());
    match (percent(call)?, params.int_in("amount_off", 1..=99_999_999)?) {
        (Some(percent), None) => coupon.put("percent_off", percent),
        (None, Some(amount)) => {
            coupon.put("amount_off", amount);
            coupon.put("currency", params.required("currency")?.to_ascii_lowercase());
        }
        (Some(_), Some(_)) => {
            return Err(ApiError::invalid(
                "amount_off",
                "You may only specify one of these parameters: amount_off, percent_off.",
            ));
        }
        (None, None) => return Err(ApiError::missing("percent_off")),
    }
    let duration = params.choice("duration", &["forever", "once", "repeating"])?.unwrap_or("once");
    let months = params.int_in("duration_in_months", 1..=1_200)?;
    if (duration == "repeating") != months.is_some() {
        return Err(ApiError::invalid(
            "duration_in_months",
            "You must pass duration_in_months if, and only if, duration is repeating.",
        ));
    }
    coupon.put("duration", duration);
    coupon.put("duration_in_months", months);
    coupon.put("max_redemptions", params.int_in("max_redemptions", 1..=i64::MAX)?);
    coupon.put("redeem_by", future(state, call, "redeem_by")?);
    params.copy_texts(&mut coupon, &["name"])?;
    params.merge_metadata(&mut coupon)?;
    state.create(Kind::Coupon, coupon.clone(), Some("coupon.created"));
    Ok(coupon)
}

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    let mut coupon = existing(state, &call.id, "id")?;
    coupon.put("valid", discounts::is_valid(&coupon, state.now()));
    Ok(coupon)
}

pub fn update(state: &mut State, call: &Call) -> Answer {
    let mut changed = existing(state, &call.id, "id")?;
    super::refuse(&call.params, &["currency_options"])?;
    call.params.copy_texts(&mut changed, &["name"])?;
    call.params.merge_metadata(&mut changed)?;
    state.change(Kind::Coupon, &call.id, "coupon.updated", |coupon| *coupon = changed);
    retrieve(state, call)
}

/// Deletes a coupon: it can no longer be redeemed, and discounts already given stay.
pub fn delete(state: &mut State, call: &Call) -> Answer {
    let coupon = retrieve(state, call)?;
    state.emit("coupon.deleted", crate::sandbox::value::public(&coupon), None);
    Ok(state.store.delete(Kind::Coupon, &call.id).unwrap_or_default())
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    let created = call.params.range("created")?;
    let now = state.now();
    let rows: Vec<Value> = state
        .store
        .all(Kind::Coupon)
        .rev()
        .cloned()
        .map(|mut row| {
            row.put("valid", discounts::is_valid(&row, now));
            row
        })
        .collect();
    list::page_of(call, &rows, |row| created(row.int("created")))
}

/// A coupon that has not been deleted.
pub(super) fn existing(state: &State, id: &str, param: &str) -> Answer {
    let coupon = state.require(Kind::Coupon, id, param).ok();
    coupon
        .filter(|coupon| !coupon.flag("deleted"))
        .ok_or_else(|| ApiError::no_such("coupon", id, param))
}

/// A time in the future, if given.
pub(super) fn future(state: &State, call: &Call, key: &str) -> Result<Option<i64>, ApiError> {
    let time = call.params.int(key)?;
    if time.is_some_and(|time| time <= state.now()) {
        return Err(ApiError::invalid(key, format!("`{key}` must be in the future.")));
    }
    Ok(time)
}

/// `percent_off`: above 0 and up to 100, rounded to two decimals.
fn percent(call: &Call) -> Result<Option<f64>, ApiError> {
    let Some(text) = call.params.text("percent_off")? else {
        return Ok(None);
    };
    match text.parse::<f64>() {
        Ok(percent) if percent > 0.0 && percent <= 100.0 => {
            Ok(Some((percent * 100.0).round() / 100.0))
        }
        _ => Err(ApiError::invalid(
            "percent_off",
            "Invalid percent_off: must be greater than 0 and less than or equal to 100.",
        )),
    }
}
