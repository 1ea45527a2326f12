//! Prorations: a credit for unused time and a debit for remaining time, to the second, in integers.

use crate::sandbox::invoicing::product_name;
use crate::sandbox::objects::invoice_line;
use crate::sandbox::state::State;
use crate::sandbox::value::Fields;
use crate::sandbox::{calendar, ids, pricing};
use serde_json::Value;

/// A new quantity for an item.
#[derive(Clone, Debug)]
pub struct Seats {
    /// The subscription item's id.
    pub item: String,
    pub quantity: i64,
    /// The item itself, if the subscription doesn't have it yet.
    added: Option<Value>,
}

impl Seats {
    /// A quantity of an item that the subscription has.
    pub fn of(item: &str, quantity: i64) -> Seats {
        Seats { item: item.to_owned(), quantity, added: None }
    }

    /// An item with its own quantity; a subscription that doesn't have it gets it.
    pub fn with(item: &Value) -> Seats {
        Seats { added: Some(item.clone()), ..Seats::of(item.text("id"), item.int("quantity")) }
    }
}

/// Sets these quantities on the subscription, and adds the items that it doesn't have.
pub fn set_quantities(subscription: &mut Value, seats: &[Seats]) {
    let mut items = subscription.list("items.data").to_vec();
    for seat in seats {
        match items.iter_mut().find(|item| item.text("id") == seat.item) {
            Some(item) => item.put("quantity", seat.quantity),
            None => items.extend(seat.added.clone()),
        }
    }
    subscription.put("items.data", items);
}

/// The part of an amount for the time from `at` to the period's end, rounded half away from zero.
pub fn share(amount: i64, period: (i64, i64), at: i64) -> i64 {
    let length = i128::from((period.1 - period.0).max(1));
    let left = i128::from((period.1 - at).clamp(0, period.1 - period.0));
    let doubled = i128::from(amount) * left * 2;
    let rounded = (doubled.abs() + length) / (2 * length);
    i64::try_from(rounded * doubled.signum()).unwrap_or(i64::MAX)
}

/// The lines for changing quantities at `at`: two for each changed item, and one for a new item. In a
/// trial their amounts are zero.
pub fn lines(state: &State, subscription: &Value, seats: &[Seats], at: i64) -> Vec<Value> {
    let trial = subscription.text("status") == "trialing";
    let day = calendar::short_date(at);
    let added = seats.iter().filter_map(|seat| seat.added.as_ref());
    let items: Vec<&Value> = subscription.list("items.data").iter().chain(added).collect();
    let wanted = |item: &Value| seats.iter().find(|seat| seat.item == item.text("id"));
    let is_new = |item: &Value| wanted(item).is_some_and(|seat| seat.added.is_some());
    let had = |item: &Value| if is_new(item) { 0 } else { item.int("quantity") };
    // As in Stripe's flexible billing mode, prorations include the discounts.
    let period = |quantity: &dyn Fn(&Value) -> i64| {
        let unit = |item: &Value| if trial { 0 } else { item.int("price.unit_amount") };
        let amounts: Vec<i64> =
            items.iter().map(|&item| unit(item).saturating_mul(quantity(item))).collect();
        pricing::net(&amounts, subscription.list("_period"))
    };
    let unused = period(&had);
    let remaining = period(&|item| wanted(item).map_or(had(item), |seat| seat.quantity));
    let mut lines = Vec::new();
    for ((&item, unused), remaining) in items.iter().zip(unused).zip(remaining) {
        let before = had(item);
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
        if !is_new(item) {
            let credit = -share(unused, period, at);
            line(before, credit, format!("Unused time on {before} × {name} after {day}"));
        }
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
    use proptest::prelude::*;

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

    /// An amount, a period, and two moments in it, the earlier one first.
    fn prorated() -> impl Strategy<Value = (i64, (i64, i64), i64, i64)> {
        let amount = -100_000_000_000..100_000_000_000_i64;
        (amount, 0..4_000_000_000_i64, 1..400 * 86_400_i64).prop_flat_map(
            |(amount, start, length)| {
                let end = start + length;
                (start..=end, start..=end).prop_map(move |(one, other)| {
                    (amount, (start, end), one.min(other), one.max(other))
                })
            },
        )
    }

    proptest! {
        #[test]
        fn a_share_is_off_by_half_a_cent_at_most((amount, period, at, _) in prorated()) {
            let length = i128::from(period.1 - period.0);
            let exact = i128::from(amount) * i128::from(period.1 - at);
            let off = i128::from(share(amount, period, at)) * length - exact;
            prop_assert!(2 * off.abs() <= length, "off by {off}/{length}");
        }

        #[test]
        fn parts_of_a_period_come_to_the_whole((amount, period, first, second) in prorated()) {
            // Each part is the difference between what remains at its start and at its end.
            let used = |from, to| share(amount, period, from) - share(amount, period, to);
            let parts = used(period.0, first) + used(first, second) + used(second, period.1);
            prop_assert_eq!(parts, amount);
            let length = i128::from(period.1 - period.0);
            let exact = i128::from(amount) * i128::from(second - first);
            let off = i128::from(used(first, second)) * length - exact;
            prop_assert!(off.abs() <= length, "off by {off}/{length}");
        }

        #[test]
        fn a_later_moment_never_has_a_larger_share((amount, period, first, second) in prorated()) {
            let (before, after) = (share(amount, period, first), share(amount, period, second));
            prop_assert!(after.abs() <= before.abs() && before.abs() <= amount.abs());
        }

        #[test]
        fn a_credit_is_its_debit_the_other_way_round((amount, period, at, _) in prorated()) {
            prop_assert_eq!(share(-amount, period, at), -share(amount, period, at));
        }
    }
}
