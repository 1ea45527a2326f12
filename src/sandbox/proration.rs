//! Prorations: a credit for the time not used, and a debit for the time that remains, to the
//! second, in integers.

use serde_json::Value;

use super::invoicing::product_name;
use super::objects::invoice_line;
use super::state::State;
use super::value::Fields;
use super::{calendar, ids, pricing};

/// A new quantity for an item.
#[derive(Clone, Debug)]
pub(crate) struct Seats {
    /// The subscription item's id.
    pub(crate) item: String,
    pub(crate) quantity: i64,
}

/// The part of an amount that the time from `at` to the period's end is, rounded half away from
/// zero.
pub(crate) fn share(amount: i64, period: (i64, i64), at: i64) -> i64 {
    let length = i128::from((period.1 - period.0).max(1));
    let left = i128::from((period.1 - at).clamp(0, period.1 - period.0));
    let doubled = i128::from(amount) * left * 2;
    let rounded = (doubled.abs() + length) / (2 * length);
    i64::try_from(rounded * doubled.signum()).unwrap_or(i64::MAX)
}

/// The lines that changing quantities at `at` makes: two for each item that changes. In a trial
/// they come to nothing.
pub(crate) fn lines(state: &State, subscription: &Value, seats: &[Seats], at: i64) -> Vec<Value> {
    let trial = subscription.text("status") == "trialing";
    let day = calendar::short_date(at);
    let items = subscription.list("items.data");
    let wanted = |item: &Value| seats.iter().find(|seat| seat.item == item.text("id"));
    // As in Stripe's flexible billing mode, prorations include the discounts.
    let period = |quantity: &dyn Fn(&Value) -> i64| {
        let unit = |item: &Value| if trial { 0 } else { item.int("price.unit_amount") };
        let amounts: Vec<i64> =
            items.iter().map(|item| unit(item).saturating_mul(quantity(item))).collect();
        pricing::net(&amounts, subscription.list("_period"))
    };
    let unused = period(&|item| item.int("quantity"));
    let remaining = period(&|item| wanted(item).map_or(item.int("quantity"), |seat| seat.quantity));
    let mut lines = Vec::new();
    for ((item, unused), remaining) in items.iter().zip(unused).zip(remaining) {
        let before = item.int("quantity");
        let Some(seat) = wanted(item).filter(|seat| seat.quantity != before) else {
            continue;
        };
        let name = product_name(state, item.text("price.product"));
        let period = (item.int("current_period_start"), item.int("current_period_end"));
        let mut line = |quantity: i64, amount: i64, description: String| {
            lines.push(invoice_line::new(&invoice_line::New {
                item,
                quantity,
                amount,
                description,
                period: (at, period.1),
                invoice_item: Some(&ids::long("ii")),
                proration: true,
            }));
        };
        let credit = -share(unused, period, at);
        line(before, credit, format!("Unused time on {before} × {name} after {day}"));
        let debit = share(remaining, period, at);
        line(
            seat.quantity,
            debit,
            format!("Remaining time on {} × {name} after {day}", seat.quantity),
        );
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn half_cents_round_away_from_zero() {
        assert_eq!(share(1, (0, 2), 1), 1);
        assert_eq!(share(-1, (0, 2), 1), -1);
        assert_eq!(share(3, (0, 4), 2), 2);
    }

    #[test]
    fn a_share_is_exact_to_the_second() {
        let month = 30 * 86_400;
        assert_eq!(share(14_700, (0, month), 0), 14_700);
        assert_eq!(share(14_700, (0, month), month), 0);
        assert_eq!(share(14_700, (0, month), month / 3), 9_800);
        assert_eq!(share(4_900, (0, month), month + 9), 0);
    }
}
