//! `/v1/invoices/{id}`: changing, finalising, paying and voiding one

use crate::sandbox::collecting::{self, Attempt};
use crate::sandbox::invoicing;
use crate::sandbox::resources::prelude::*;

const NOT_SUPPORTED: &[&str] = &[
    "account_tax_ids",
    "application_fee_amount",
    "automatic_tax",
    "automatically_finalizes_at",
    "collection_method",
    "custom_fields",
    "days_until_due",
    "default_source",
    "default_tax_rates",
    "discounts",
    "due_date",
    "effective_at",
    "issuer",
    "number",
    "on_behalf_of",
    "payment_settings",
    "rendering",
    "shipping_cost",
    "shipping_details",
    "transfer_data",
];

pub fn update(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, NOT_SUPPORTED)?;
    let mut changed = find(state, call)?;
    params.copy_texts(&mut changed, &["description", "footer", "statement_descriptor"])?;
    params.merge_metadata(&mut changed)?;
    if let Some(id) = params.text("default_payment_method")? {
        super::payment_methods::of(state, id, changed.text("customer"), "default_payment_method")?;
        changed.put("default_payment_method", id);
    } else if params.clears("default_payment_method") {
        changed.put("default_payment_method", Value::Null);
    }
    let collectible = matches!(changed.text("status"), "draft" | "open");
    if let Some(advance) = params.flag("auto_advance")?.filter(|_| collectible) {
        changed.put("auto_advance", advance);
        let at = advance.then(|| state.now() + invoicing::DRAFT);
        if changed.text("status") == "draft" {
            changed.put("automatically_finalizes_at", at);
        }
        changed.put("next_payment_attempt", at);
    }
    state.change(Kind::Invoice, &call.id, "invoice.updated", |row| *row = changed);
    find(state, call)
}

/// Finalises a draft and then collects it, unless `auto_advance` says otherwise.
pub fn finalize(state: &mut State, call: &Call) -> Answer {
    let invoice = find(state, call)?;
    if invoice.text("status") != "draft" {
        return Err(ApiError::state(
            "This invoice is already finalized, you can't re-finalize a non-draft invoice.",
        ));
    }
    let advance = call.params.flag("auto_advance")?.unwrap_or(invoice.flag("auto_advance"));
    state.edit(Kind::Invoice, &call.id, |row| row.put("auto_advance", advance));
    invoicing::finalize(state, &call.id);
    if advance || find(state, call)?.int("amount_due") == 0 {
        // The returned invoice shows the result.
        let _declined = collecting::collect(state, &call.id, Attempt::FIRST);
    }
    find(state, call)
}

/// Tries to collect an open invoice now; a draft is finalised first.
pub fn pay(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, &["forgive", "mandate", "source"])?;
    let invoice = find(state, call)?;
    match invoice.text("status") {
        "open" => {}
        "paid" => return Err(ApiError::state("Invoice is already paid")),
        "draft" => invoicing::finalize(state, &call.id),
        status => {
            return Err(ApiError::state(format!(
                "This invoice cannot be paid: its status is {status}."
            )));
        }
    }
    if params.flag("paid_out_of_band")? == Some(true) {
        collecting::settle_elsewhere(state, &call.id);
        return find(state, call);
    }
    let method = params.text("payment_method")?;
    if let Some(id) = method {
        super::payment_methods::of(state, id, invoice.text("customer"), "payment_method")?;
    }
    let attempt = Attempt { method, ..Attempt::MANUAL };
    collecting::collect(state, &call.id, attempt).map_err(|decline| decline.error())?;
    find(state, call)
}

/// Voids an open invoice.
pub fn void(state: &mut State, call: &Call) -> Answer {
    let invoice = find(state, call)?;
    if invoice.text("status") != "open" {
        return Err(ApiError::state(format!(
            "You can only void open invoices. This invoice is {}.",
            invoice.text("status")
        )));
    }
    invoicing::void(state, &call.id);
    find(state, call)
}

fn find(state: &State, call: &Call) -> Answer {
    state.require(Kind::Invoice, &call.id, "invoice")
}
