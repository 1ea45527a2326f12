//! Applies discounts and tax to amounts, for invoices and Checkout alike. All in integers; percentages
//! and taxes are rounded per line, half away from zero.

use crate::sandbox::value::Fields;
use serde_json::Value;

/// An amount before discounts.
#[derive(Clone, Copy, Debug)]
pub struct Gross {
    pub amount: i64,
    pub discountable: bool,
}

/// An amount with its discounts and tax.
#[derive(Clone, Debug)]
pub struct Priced {
    pub amount: i64,
    /// What each coupon takes off.
    pub off: Vec<i64>,
    /// The tax on what is left.
    pub tax: i64,
}

impl Priced {
    /// The amount after the discounts, before tax.
    pub fn net(&self) -> i64 {
        self.amount - self.off.iter().sum::<i64>()
    }
}

/// Applies each coupon to what the ones before it left, and adds tax at `rate` thousandths.
pub fn price(amounts: &[Gross], coupons: &[Value], rate: i64) -> Vec<Priced> {
    let mut priced: Vec<Priced> =
        amounts.iter().map(|one| Priced { amount: one.amount, off: Vec::new(), tax: 0 }).collect();
    for coupon in coupons {
        let left: Vec<i64> = priced
            .iter()
            .zip(amounts)
            .map(|(one, gross)| if gross.discountable { one.net().max(0) } else { 0 })
            .collect();
        for (one, off) in priced.iter_mut().zip(split(coupon, &left)) {
            one.off.push(off);
        }
    }
    for one in &mut priced {
        one.tax = part(one.net(), rate, 1_000);
    }
    priced
}

/// Amounts after coupons, before tax.
pub fn net(amounts: &[i64], coupons: &[Value]) -> Vec<i64> {
    let amounts: Vec<Gross> =
        amounts.iter().map(|amount| Gross { amount: *amount, discountable: true }).collect();
    price(&amounts, coupons, 0).iter().map(Priced::net).collect()
}

/// What a coupon takes off each of several amounts: its percentage, or a share of its amount.
fn split(coupon: &Value, amounts: &[i64]) -> Vec<i64> {
    if let Some(percent) = coupon.at("percent_off").and_then(Value::as_f64) {
        // Stripe's percentages have at most two decimals.
        let hundredths = (percent * 100.0).round() as i64;
        return amounts.iter().map(|amount| part(*amount, hundredths, 10_000)).collect();
    }
    let sum: i64 = amounts.iter().sum();
    let off = i128::from(coupon.int("amount_off").min(sum));
    let (mut seen, mut given) = (0, 0);
    let shares = amounts.iter().map(|amount| {
        seen += i128::from(*amount);
        let share = off * seen / i128::from(sum.max(1)) - given;
        given += share;
        i64::try_from(share).unwrap_or_default()
    });
    shares.collect()
}

/// The `of`/`whole` part of an amount, rounded half away from zero.
fn part(amount: i64, of: i64, whole: i64) -> i64 {
    let doubled = i128::from(amount) * i128::from(of) * 2;
    let whole = i128::from(whole);
    let rounded = (doubled.abs() + whole) / (2 * whole);
    i64::try_from(rounded * doubled.signum()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Gross, net, price};
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_percentage_is_rounded_per_line() {
        let coupon = json!({ "percent_off": 12.5 });
        assert_eq!(net(&[4_900, 4], &[coupon]), [4_287, 3]);
    }

    #[test]
    fn an_amount_is_shared_out_and_takes_no_more_than_there_is() {
        let coupon = json!({ "amount_off": 1_000 });
        assert_eq!(net(&[100, 200], std::slice::from_ref(&coupon)), [0, 0]);
        let left = net(&[4_900, 9_800, 1], &[coupon]);
        assert_eq!(left.iter().sum::<i64>(), 13_701);
    }

    #[test]
    fn coupons_follow_one_another() {
        let (half, ten) = (json!({ "percent_off": 50.0 }), json!({ "amount_off": 1_000 }));
        assert_eq!(net(&[10_000], &[half.clone(), ten.clone()]), [4_000]);
        assert_eq!(net(&[10_000], &[ten, half]), [4_500]);
    }

    #[test]
    fn tax_is_rounded_per_line_half_away_from_zero() {
        let taxes = |amounts: &[i64], rate| {
            let gross = amounts.iter().map(|amount| Gross { amount: *amount, discountable: true });
            let priced = price(&gross.collect::<Vec<_>>(), &[json!({ "amount_off": 1 })], rate);
            priced.iter().map(|one| one.tax).collect::<Vec<_>>()
        };
        assert_eq!(taxes(&[6, -5, 4_900], 100), [1, -1, 490]);
        assert_eq!(taxes(&[9_801], 190), [1_862]);
    }

    proptest! {
        #[test]
        fn an_amount_off_is_shared_out_to_the_cent_and_no_line_falls_below_zero(
            amounts in prop::collection::vec(0..1_000_000_000_000_i64, 1..20),
            off in 0..2_000_000_000_000_i64,
        ) {
            let left = net(&amounts, &[json!({ "amount_off": off })]);
            let sum: i64 = amounts.iter().sum();
            prop_assert_eq!(left.iter().sum::<i64>(), sum - off.min(sum));
            for (left, amount) in left.iter().zip(&amounts) {
                prop_assert!((0..=*amount).contains(left));
                // Its fair share, to within a cent.
                let fair = i128::from(off.min(sum)) * i128::from(*amount);
                let given = i128::from(amount - left) * i128::from(sum);
                prop_assert!((given - fair).abs() <= i128::from(sum));
            }
        }

        #[test]
        fn a_percentage_and_its_tax_are_off_by_half_a_cent_at_most(
            amount in 0..1_000_000_000_000_i64, hundredths in 1..=10_000_i64, rate in 0..300_i64,
        ) {
            let coupon = json!({ "percent_off": hundredths as f64 / 100.0 });
            let gross = Gross { amount, discountable: true };
            let priced = price(&[gross], &[coupon], rate).remove(0);
            let off = i128::from(priced.off[0]) * 10_000;
            prop_assert!((off - i128::from(amount) * i128::from(hundredths)).abs() <= 5_000);
            let tax = i128::from(priced.tax) * 1_000;
            prop_assert!((tax - i128::from(priced.net()) * i128::from(rate)).abs() <= 500);
        }
    }
}
