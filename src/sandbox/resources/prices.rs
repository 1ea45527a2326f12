//! `/v1/prices`

use crate::sandbox::protocol::params::Params;
use crate::sandbox::resources::prelude::*;

const PRODUCT_DATA: &str =
    "active id metadata name statement_descriptor tax_code tax_details unit_label";
const RECURRING: &str = "interval interval_count meter trial_period_days usage_type";

pub fn create(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(
        params,
        &[
            "billing_scheme",
            "currency_options",
            "custom_unit_amount",
            "tiers",
            "tiers_mode",
            "transform_quantity",
            "unit_amount_decimal",
        ],
    )?;
    let currency = params.required("currency")?.to_ascii_lowercase();
    let amount = params
        .int_in("unit_amount", 0..=99_999_999)?
        .ok_or_else(|| ApiError::missing("unit_amount"))?;
    let product = match params.text("product")? {
        Some(id) => state.require(Kind::Product, id, "product")?,
        None => {
            let data = params.object("product_data", PRODUCT_DATA)?;
            super::refuse_but(&data, &["name"])?;
            let name = data.required("name").map_err(|_| ApiError::missing("product"))?;
            objects::product::new(name, state.now())
        }
    };
    let mut price = objects::price::new(product.text("id"), &currency, state.now());
    price.put("unit_amount", amount);
    price.put("unit_amount_decimal", amount.to_string());
    if params.has("recurring") {
        let recurring = params.object("recurring", RECURRING)?;
        super::refuse(&recurring, &["meter", "trial_period_days"])?;
        super::refuse_choice(&recurring, "usage_type", "metered", &["licensed"])?;
        recurring.required("interval")?;
        let interval =
            recurring.choice("interval", &["day", "week", "month", "year"])?.unwrap_or("month");
        let count = recurring.int_in("interval_count", 1..=156)?.unwrap_or(1);
        price.put("type", "recurring");
        price.put("recurring", objects::price::recurring(interval, count));
    }
    fill(state, call, &mut price)?;
    if state.store.get(Kind::Product, product.text("id")).is_none() {
        state.create(Kind::Product, product, Some("product.created"));
    }
    state.create(Kind::Price, price.clone(), Some("price.created"));
    Ok(price)
}

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::Price, &call.id, "price")
}

pub fn update(state: &mut State, call: &Call) -> Answer {
    let mut changed = state.require(Kind::Price, &call.id, "price")?;
    super::refuse(&call.params, &["currency_options"])?;
    fill(state, call, &mut changed)?;
    state.change(Kind::Price, &call.id, "price.updated", |price| *price = changed.clone());
    Ok(changed)
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    let active = params.flag("active")?;
    let keys = params.texts("lookup_keys")?;
    let created = params.range("created")?;
    let recurring = params.object("recurring", "interval meter usage_type")?;
    super::refuse(&recurring, &["meter"])?;
    let (interval, usage) = (recurring.text("interval")?, recurring.text("usage_type")?);
    let (product, currency, kind) =
        (params.text("product")?, params.text("currency")?, params.text("type")?);
    list::page_of(call, state.store.all(Kind::Price).rev(), |row| {
        active.is_none_or(|active| row.flag("active") == active)
            && (keys.is_empty() || keys.iter().any(|key| key == row.text("lookup_key")))
            && super::matches(row, "product", product)
            && super::matches(row, "currency", currency)
            && super::matches(row, "type", kind)
            && super::matches(row, "recurring.interval", interval)
            && super::matches(row, "recurring.usage_type", usage)
            && created(row.int("created"))
    })
}

fn fill(state: &mut State, call: &Call, price: &mut Value) -> Result<(), ApiError> {
    let params = &call.params;
    params.copy_texts(price, &["nickname", "lookup_key"])?;
    params.copy_flags(price, &["active"])?;
    if let Some(behavior) =
        params.choice("tax_behavior", &["exclusive", "inclusive", "unspecified"])?
    {
        price.put("tax_behavior", behavior);
    }
    params.merge_metadata(price)?;
    let Some(key) = params.text("lookup_key")? else {
        return Ok(());
    };
    let taken = state
        .store
        .all(Kind::Price)
        .find(|other| other.text("lookup_key") == key && other.text("id") != price.text("id"))
        .map(|other| other.text("id").to_owned());
    match taken {
        Some(other) if params.flag("transfer_lookup_key")? == Some(true) => {
            state.change(Kind::Price, &other, "price.updated", |other| {
                other.put("lookup_key", Value::Null)
            });
            Ok(())
        }
        Some(other) => Err(ApiError::invalid(
            "lookup_key",
            format!(
                "A price ({other}) already uses that lookup key. Send transfer_lookup_key=true to move it."
            ),
        )),
        None => Ok(()),
    }
}

/// The price that an item of a subscription or a Checkout names: recurring and active.
pub(super) fn sellable(state: &State, item: &Params) -> Answer {
    let price = state.require(Kind::Price, item.required("price")?, &item.name("price"))?;
    if price.at("recurring").is_none() {
        return Err(ApiError::invalid(
            &item.name("price"),
            "You must provide at least one recurring price in `subscription` mode when using prices.",
        ));
    }
    if !price.flag("active") {
        return Err(ApiError::invalid(
            &item.name("price"),
            "The price specified is inactive. This field only accepts active prices.",
        ));
    }
    Ok(price)
}

/// Whether two prices can be on one subscription.
pub(super) fn alike(one: &Value, other: &Value) -> bool {
    one.at("recurring") == other.at("recurring") && one.text("currency") == other.text("currency")
}
