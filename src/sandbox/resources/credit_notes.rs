//! `/v1/credit_notes`: crediting an invoice, in whole or in part

use crate::sandbox::objects::credit_note::{self, Shares};
use crate::sandbox::resources::prelude::*;
use crate::sandbox::{collecting, payment};

const REASONS: &[&str] = &["duplicate", "fraudulent", "order_change", "product_unsatisfactory"];
const NOT_SUPPORTED: &[&str] =
    &["credit_ratio", "effective_at", "email_type", "lines", "refunds", "shipping_cost"];

/// On an open invoice a credit note lowers the amount due. On a paid one it is refunded, credited to
/// the customer's balance, or recorded as settled elsewhere: `refund_amount`, `credit_amount` and
/// `out_of_band_amount` add up to it.
pub fn create(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, NOT_SUPPORTED)?;
    let invoice = state.require(Kind::Invoice, params.required("invoice")?, "invoice")?;
    let amount = params.int("amount")?.ok_or_else(|| ApiError::missing("amount"))?;
    let reason = params.choice("reason", REASONS)?;
    let part = |key: &str| params.int_in(key, 0..=i64::MAX).map(Option::unwrap_or_default);
    let (refund, credit, elsewhere) =
        (part("refund_amount")?, part("credit_amount")?, part("out_of_band_amount")?);
    let noted = invoice.int("post_payment_credit_notes_amount");
    let (shares, most) = match invoice.text("status") {
        "open" => (
            Shares { pre_payment: amount, post_payment: 0, out_of_band: 0 },
            invoice.int("amount_remaining"),
        ),
        "paid" => (
            Shares { pre_payment: 0, post_payment: amount, out_of_band: elsewhere },
            invoice.int("total") - invoice.int("pre_payment_credit_notes_amount") - noted,
        ),
        status => {
            return Err(ApiError::state(format!(
                "A credit note can only be made for an open or paid invoice. This one is {status}."
            )));
        }
    };
    if amount < 1 || amount > most {
        return Err(ApiError::invalid(
            "amount",
            format!("The amount of a credit note for this invoice must be between 1 and {most}."),
        ));
    }
    if shares.post_payment != refund + credit + elsewhere {
        return Err(ApiError::invalid(
            "refund_amount",
            "The sum of refund_amount, credit_amount and out_of_band_amount must equal what the credit note gives back \
             after payment.",
        ));
    }
    let number = 1 + state
        .store
        .all(Kind::CreditNote)
        .filter(|row| row.text("invoice") == invoice.text("id"))
        .count();
    let mut note = credit_note::new(&invoice, number, shares, state.now());
    note.put("reason", reason);
    params.copy_texts(&mut note, &["memo"])?;
    params.merge_metadata(&mut note)?;
    if refund > 0 {
        let refunded = give_back(state, &invoice, refund, reason)?;
        note.put("refunds", json!([{ "amount_refunded": refund, "refund": refunded, "type": "refund", "payment_record_refund": null }]));
    }
    state.create(Kind::CreditNote, note.clone(), Some("credit_note.created"));
    if credit > 0 {
        state.change(Kind::Customer, invoice.text("customer"), "customer.updated", |customer| {
            customer.put("balance", customer.int("balance") - credit)
        });
    }
    collecting::credit(state, invoice.text("id"), shares);
    Ok(note)
}

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::CreditNote, &call.id, "id")
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, &["customer_account"])?;
    let (customer, invoice) = (params.text("customer")?, params.text("invoice")?);
    let created = params.range("created")?;
    list::page_of(call, state.store.all(Kind::CreditNote).rev(), |row| {
        super::matches(row, "customer", customer)
            && super::matches(row, "invoice", invoice)
            && created(row.int("created"))
    })
}

fn give_back(
    state: &mut State,
    invoice: &Value,
    amount: i64,
    reason: Option<&str>,
) -> Result<String, ApiError> {
    let intent = payment::of(state, invoice)
        .filter(|intent| payment::refundable(intent) >= amount)
        .cloned()
        .ok_or_else(|| {
            ApiError::invalid("refund_amount", "The payment of this invoice holds less than that.")
        })?;
    let reason = match reason {
        Some("duplicate" | "fraudulent") => reason,
        _ => Some("requested_by_customer"),
    };
    let refund = objects::refund::new(&intent, amount, reason, state.now());
    let id = refund.text("id").to_owned();
    payment::give_back(state, &intent, refund);
    Ok(id)
}
