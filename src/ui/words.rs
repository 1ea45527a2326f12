//! Numbers and times in words, the same on the server and in the browser.

use crate::model::{Money, NextCharge, Plan, Quote, Timestamp, day};

/// The product's name, as the frame and the titles say it.
pub const PRODUCT: &str = "Portal";

/// "1 agent", "3 agents".
pub fn agents(count: u32) -> String {
    counted(count, "agent")
}

/// "1 day left", "14 days left".
pub fn days_left(days: u32) -> String {
    format!("{} left", counted(days, "day"))
}

/// "24 November 2026, 09:05 UTC".
pub fn moment(time: Timestamp) -> String {
    time.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// "3 agents × $49.00 = $147.00/month"; `None` when the sum can't be written.
pub fn sum(plan: &Plan, count: u32) -> Option<String> {
    Some(format!("{} × {} = {}", agents(count), plan.unit, total(plan, count)?))
}

/// "$147.00/month".
pub fn total(plan: &Plan, count: u32) -> Option<String> {
    let total = plan.unit.times(count)?;
    Some(format!("{total}/{}", plan.interval))
}

/// "$23.84 today, then $147.00/month".
pub fn cost(quote: &Quote) -> String {
    let today = match quote.amount_due {
        0 => "Nothing today".to_owned(),
        due => format!("{} today", Money::new(due, quote.currency.as_str())),
    };
    let next = Money::new(quote.next_amount, quote.currency.as_str());
    format!("{today}, then {next}/{}", quote.interval)
}

/// The discounts and taxes among a quote's amounts, each as a line: "Discount −$9.80, Tax
/// $5.23 today"; none where there are neither.
pub fn discounts_and_taxes(quote: &Quote) -> Vec<String> {
    let part = |discount: i64, tax: i64, when: &str| {
        let money = |amount| Money::new(amount, quote.currency.as_str());
        let discount = (discount != 0).then(|| format!("Discount −{}", money(discount)));
        let tax = (tax != 0).then(|| format!("Tax {}", money(tax)));
        let parts: Vec<String> = discount.into_iter().chain(tax).collect();
        (!parts.is_empty()).then(|| format!("{} {when}", parts.join(", ")))
    };
    let each = format!("each {}", quote.interval);
    let today = part(quote.discount, quote.tax, "today");
    today.into_iter().chain(part(quote.next_discount, quote.next_tax, &each)).collect()
}

/// When the next invoice comes, and what a decrease takes off it.
pub fn next_invoice(quote: &Quote) -> String {
    let on = quote.next_at.map(|at| format!(" on {}", day(at))).unwrap_or_default();
    match quote.credit {
        0 => format!("The next invoice comes{on}."),
        credit => {
            let credit = Money::new(credit, quote.currency.as_str());
            format!("{credit} for the time not used comes off the next invoice{on}.")
        }
    }
}

/// "Next: $147.00 on 3 December 2026".
pub fn next_charge(next: &NextCharge) -> String {
    let amount = Money::new(next.amount_due, next.currency.as_str());
    format!("Next: {amount} on {}", day(next.at))
}

fn counted(count: u32, thing: &str) -> String {
    match count {
        1 => format!("1 {thing}"),
        many => format!("{many} {thing}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AgentCount;

    #[test]
    fn the_sum_is_written_out() {
        let plan = Plan {
            name: "AI Employee Plan".into(),
            price_id: "price_1".into(),
            unit: Money::new(4900, "usd"),
            interval: "month".into(),
        };
        assert_eq!(sum(&plan, 3).as_deref(), Some("3 agents × $49.00 = $147.00/month"));
        assert_eq!(sum(&plan, 1).as_deref(), Some("1 agent × $49.00 = $49.00/month"));
    }

    #[test]
    fn a_quote_is_said_in_one_line_and_its_next_invoice_in_another() {
        let at = chrono::DateTime::from_timestamp(1_797_292_800, 0).unwrap_or_default();
        let mut quote = Quote {
            quote_id: "quote_1".into(),
            agent_count: AgentCount::ONE,
            amount_due: 2_384,
            discount: 0,
            tax: 0,
            credit: 0,
            currency: "usd".into(),
            next_amount: 14_700,
            next_discount: 0,
            next_tax: 0,
            interval: "month".into(),
            next_at: Some(at),
            expires_at: at,
        };
        assert_eq!(cost(&quote), "$23.84 today, then $147.00/month");
        assert_eq!(next_invoice(&quote), "The next invoice comes on 15 December 2026.");
        assert!(discounts_and_taxes(&quote).is_empty());
        (quote.tax, quote.next_discount, quote.next_tax) = (523, 980, 2_607);
        let lines = ["Tax $5.23 today", "Discount −$9.80, Tax $26.07 each month"];
        assert_eq!(discounts_and_taxes(&quote), lines);
        (quote.amount_due, quote.credit) = (0, 1_200);
        assert_eq!(cost(&quote), "Nothing today, then $147.00/month");
        assert_eq!(
            next_invoice(&quote),
            "$12.00 for the time not used comes off the next invoice on 15 December 2026."
        );
    }

    #[test]
    fn the_next_charge_is_an_amount_and_a_day() {
        let at = chrono::DateTime::from_timestamp(1_797_292_800, 0).unwrap_or_default();
        let next = NextCharge { amount_due: 14_700, currency: "usd".into(), at };
        assert_eq!(next_charge(&next), "Next: $147.00 on 15 December 2026");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(days_left(1), "1 day left");
        assert_eq!(days_left(0), "0 days left");
        assert_eq!(agents(2), "2 agents");
    }
}
