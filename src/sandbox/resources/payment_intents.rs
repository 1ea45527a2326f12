//! `/v1/payment_intents`: the payments of invoices, which Stripe creates by itself

use crate::sandbox::resources::prelude::*;

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::PaymentIntent, &call.id, "intent")
}

/// Updates the texts and metadata; the amount and the customer are the invoice's.
pub fn update(state: &mut State, call: &Call) -> Answer {
    let mut changed = retrieve(state, call)?;
    let known = ["description", "metadata", "receipt_email", "expand"];
    if let Some(other) = call.params.keys().find(|key| !known.contains(key)) {
        return Err(ApiError::invalid(
            other,
            format!("{other} cannot be changed on the PaymentIntent of an invoice."),
        ));
    }
    call.params.copy_texts(&mut changed, &["description", "receipt_email"])?;
    call.params.merge_metadata(&mut changed)?;
    state.edit(Kind::PaymentIntent, &call.id, |row| *row = changed.clone());
    Ok(changed)
}
