//! `/v1/refunds`

use crate::sandbox::resources::prelude::*;
use crate::sandbox::{money, payment};

const REASONS: &[&str] = &["duplicate", "fraudulent", "requested_by_customer"];

/// Refunds a payment: all that is left of it, unless an amount is given.
pub fn create(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(
        params,
        &["currency", "instructions_email", "origin", "refund_application_fee", "reverse_transfer"],
    )?;
    let intent = match (params.text("payment_intent")?, params.text("charge")?) {
        (Some(id), _) => state.require(Kind::PaymentIntent, id, "payment_intent")?,
        (None, Some(id)) => {
            let charge = state.require(Kind::Charge, id, "charge")?;
            state.require(Kind::PaymentIntent, charge.text("payment_intent"), "charge")?
        }
        (None, None) => return Err(ApiError::missing("payment_intent")),
    };
    let left = payment::refundable(&intent);
    if left == 0 {
        return Err(if intent.text("status") == "succeeded" {
            ApiError::already_refunded(intent.text("latest_charge"))
        } else {
            ApiError::state("This PaymentIntent does not have a successful charge to refund.")
        });
    }
    let charge = state.store.get(Kind::Charge, intent.text("latest_charge"));
    if let Some(disputed) = charge.filter(|charge| charge.flag("disputed")) {
        return Err(ApiError::disputed(disputed.text("id")));
    }
    let amount = params.int("amount")?.unwrap_or(left);
    if amount < 1 || amount > left {
        let shown = |cents| money::amount(cents, intent.text("currency"));
        return Err(ApiError::invalid(
            "amount",
            format!(
                "Refund amount ({}) is greater than unrefunded amount on charge ({})",
                shown(amount),
                shown(left)
            ),
        ));
    }
    let reason = params.choice("reason", REASONS)?;
    let mut refund = objects::refund::new(&intent, amount, reason, state.now());
    params.merge_metadata(&mut refund)?;
    payment::give_back(state, &intent, refund.clone());
    Ok(refund)
}

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::Refund, &call.id, "id")
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    let (charge, intent) = (params.text("charge")?, params.text("payment_intent")?);
    let created = params.range("created")?;
    list::page_of(call, state.store.all(Kind::Refund).rev(), |row| {
        super::matches(row, "charge", charge)
            && super::matches(row, "payment_intent", intent)
            && created(row.int("created"))
    })
}
