//! `/v1/products`

use crate::sandbox::resources::prelude::*;

const TEXTS: &[&str] =
    &["name", "description", "statement_descriptor", "tax_code", "unit_label", "url"];

pub fn create(state: &mut State, call: &Call) -> Answer {
    call.params.required("name")?;
    super::refuse(&call.params, &["default_price_data", "package_dimensions", "tax_details"])?;
    let mut product = objects::product::new("", state.now());
    if let Some(id) = call.params.text("id")? {
        if state.store.find(id).is_some() {
            return Err(ApiError::invalid("id", format!("Product already exists: {id}")));
        }
        product.put("id", id);
    }
    fill(call, &mut product)?;
    state.create(Kind::Product, product.clone(), Some("product.created"));
    Ok(product)
}

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    existing(state, call)
}

pub fn update(state: &mut State, call: &Call) -> Answer {
    let mut changed = existing(state, call)?;
    super::refuse(&call.params, &["package_dimensions", "tax_details"])?;
    fill(call, &mut changed)?;
    if let Some(price) = call.params.text("default_price")? {
        state.require(Kind::Price, price, "default_price")?;
        changed.put("default_price", price);
    }
    changed.put("updated", state.now());
    state.change(Kind::Product, &call.id, "product.updated", |product| *product = changed.clone());
    Ok(changed)
}

pub fn delete(state: &mut State, call: &Call) -> Answer {
    let product = existing(state, call)?;
    if state.store.all(Kind::Price).any(|price| price.text("product") == call.id) {
        return Err(ApiError::state(
            "This product cannot be deleted because it has one or more user-created prices.",
        ));
    }
    state.emit("product.deleted", crate::sandbox::value::public(&product), None);
    Ok(state.store.delete(Kind::Product, &call.id).unwrap_or_default())
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    let active = call.params.flag("active")?;
    let ids = call.params.texts("ids")?;
    let created = call.params.range("created")?;
    list::page_of(call, state.store.all(Kind::Product).rev(), |row| {
        active.is_none_or(|active| row.flag("active") == active)
            && (ids.is_empty() || ids.iter().any(|id| id == row.text("id")))
            && created(row.int("created"))
    })
}

fn existing(state: &State, call: &Call) -> Answer {
    state
        .require(Kind::Product, &call.id, "id")
        .ok()
        .filter(|product| !product.flag("deleted"))
        .ok_or_else(|| ApiError::no_such("product", &call.id, "id"))
}

fn fill(call: &Call, product: &mut Value) -> Result<(), ApiError> {
    call.params.copy_texts(product, TEXTS)?;
    call.params.copy_flags(product, &["active", "shippable"])?;
    if call.params.has("images") {
        product.put("images", call.params.texts("images")?);
    }
    if call.params.has("marketing_features") {
        let features = call.params.objects("marketing_features", "name")?;
        let named = features.iter().map(|feature| Ok(json!({ "name": feature.required("name")? })));
        product.put("marketing_features", named.collect::<Result<Vec<_>, ApiError>>()?);
    }
    call.params.merge_metadata(product)
}
