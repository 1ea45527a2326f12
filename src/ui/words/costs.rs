//! Prices, quotes and charges in words.

use super::{Words, fill, plural};
use crate::model::{Money, NextCharge, Plan, Quote, Timestamp, UnitPrice};
use crate::ui::dates::Dates;

impl Words {
    /// "$49/agent/month".
    pub fn price_line(&self, plan: &Plan) -> String {
        let unit = plan.unit.spoken(self.language);
        let period = self.period(&plan.interval, plan.interval_count);
        fill(self.billing.per_agent, &[&unit, &period])
    }

    /// "$49.00 a month", for one agent.
    pub fn price(&self, price: &UnitPrice) -> String {
        let each = self.each_period(&price.interval, price.interval_count);
        format!("{} {each}", self.money(&price.unit))
    }

    /// "3 agents × $49.00 = $147.00/month"; `None` if the sum overflows.
    pub fn sum(&self, plan: &Plan, count: u32) -> Option<String> {
        let total = self.total(plan, count)?;
        Some(fill(self.billing.sum, &[&self.agents(count), &self.money(&plan.unit), &total]))
    }

    /// "$147.00/month".
    pub fn total(&self, plan: &Plan, count: u32) -> Option<String> {
        let total = self.money(&plan.unit.times(count)?);
        let period = self.period(&plan.interval, plan.interval_count);
        Some(fill(self.billing.per_period, &[&total, &period]))
    }

    /// "$23.84 today, then $147.00 a month"; only the first if the subscription ends with its period.
    pub fn cost(&self, quote: &Quote, ends_at: Option<Timestamp>) -> String {
        let today = match quote.amount_due {
            0 => self.billing.nothing_today.to_owned(),
            due => fill(self.billing.today, &[&self.of_quote(quote, due)]),
        };
        if ends_at.is_some() {
            return today;
        }
        let next = self.of_quote(quote, quote.next_amount);
        fill(self.billing.then, &[&today, &next, &self.each_period_of(quote)])
    }

    /// What makes up a quote's amounts, a line each: "Discount −$9.80, Tax $5.23 today", and what the
    /// customer's credit pays; empty if that is nothing.
    pub fn parts_of_cost(&self, quote: &Quote) -> Vec<String> {
        let part = |discount: i64, tax: i64| {
            let said = |amount: i64, template| {
                (amount != 0).then(|| fill(template, &[&self.of_quote(quote, amount)]))
            };
            let discount = said(discount, self.billing.discount);
            let parts: Vec<String> =
                discount.into_iter().chain(said(tax, self.billing.tax)).collect();
            (!parts.is_empty()).then(|| parts.join(", "))
        };
        let of_today = |amount: i64, template| {
            (amount != 0).then(|| fill(template, &[&self.of_quote(quote, amount)]))
        };
        let credit = of_today(quote.credit_used, self.billing.credit_used);
        let carried = of_today(quote.carried_over, self.billing.carried_over);
        let today = part(quote.discount, quote.tax);
        let today = today.map(|part| fill(self.billing.of_today, &[&part]));
        let each = part(quote.next_discount, quote.next_tax);
        let each =
            each.map(|part| fill(self.billing.of_each, &[&part, &self.each_period_of(quote)]));
        today.into_iter().chain(credit).chain(carried).chain(each).collect()
    }

    /// When the next invoice comes, and what a decrease takes off it; or when the subscription ends
    /// without one, and that the credit is kept.
    pub fn next_invoice(&self, quote: &Quote, ends_at: Option<Timestamp>, dates: Dates) -> String {
        let (comes, takes_off) = match ends_at {
            None => (self.billing.next_invoice, self.billing.credit_on),
            Some(_) => (self.billing.ends, self.billing.credit_at_end),
        };
        let on = ends_at.or(quote.next_at).map(|at| dates.day(at)).unwrap_or_default();
        match quote.credit {
            0 => fill(comes, &[&on]),
            credit => fill(takes_off, &[&self.of_quote(quote, credit), &on]),
        }
    }

    /// "Next: $147.00 on 3 December 2026"; or what it costs to end a pause.
    pub fn next_charge(&self, next: &NextCharge, paused: bool, dates: Dates) -> String {
        let amount = self.money(&Money::new(next.amount_due, next.currency.as_str()));
        if paused {
            return fill(self.billing.resuming, &[&amount]);
        }
        if next.credit_used > 0 {
            let credit = Money::new(next.credit_used, next.currency.as_str());
            let (day, credit) = (dates.day(next.at), self.money(&credit));
            return fill(self.billing.next_with_credit, &[&amount, &day, &credit]);
        }
        fill(self.billing.next, &[&amount, &dates.day(next.at)])
    }

    /// A Stripe Price's `recurring`, in words: "month", "3 months".
    fn period(&self, interval: &str, count: u32) -> String {
        let forms = match interval {
            "day" => self.billing.day,
            "week" => self.billing.week,
            "month" => self.billing.month,
            "year" => self.billing.year,
            newer => newer,
        };
        plural(forms, count)
    }

    /// "a month", "every 3 months".
    fn each_period(&self, interval: &str, count: u32) -> String {
        let each = match count {
            1 => self.billing.each_period,
            _ => self.billing.every_periods,
        };
        fill(each, &[&self.period(interval, count)])
    }

    fn each_period_of(&self, quote: &Quote) -> String {
        self.each_period(&quote.interval, quote.interval_count)
    }

    fn of_quote(&self, quote: &Quote, amount: i64) -> String {
        self.money(&Money::new(amount, quote.currency.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AgentCount, Language, Timestamp};

    fn plan() -> Plan {
        Plan {
            name: "AI Employee Plan".into(),
            price_id: "price_1".into(),
            unit: Money::new(4900, "usd"),
            interval: "month".into(),
            interval_count: 1,
        }
    }

    fn december() -> Timestamp {
        chrono::DateTime::from_timestamp(1_797_292_800, 0).unwrap_or_default()
    }

    #[test]
    fn the_sum_is_written_out() {
        let en = Words::of(Language::En);
        let sum = |count| en.sum(&plan(), count);
        assert_eq!(sum(3).as_deref(), Some("3 agents × $49.00 =\u{a0}$147.00/month"));
        assert_eq!(sum(1).as_deref(), Some("1 agent × $49.00 =\u{a0}$49.00/month"));
        assert_eq!(en.price_line(&plan()), "$49/agent/month");
        let de = Words::of(Language::De).sum(&plan(), 3);
        assert_eq!(de.as_deref(), Some("3 Agenten × 49,00\u{a0}$ =\u{a0}147,00\u{a0}$/Monat"));
    }

    #[test]
    fn a_quote_is_said_in_one_line_and_its_next_invoice_in_another() {
        let (words, dates) = (Words::of(Language::En), Dates::in_utc(Language::En));
        let at = december();
        let mut quote = Quote {
            quote_id: "quote_1".into(),
            agent_count: AgentCount::try_from(1).expect("a count"),
            amount_due: 2_384,
            discount: 0,
            tax: 0,
            credit_used: 0,
            carried_over: 0,
            credit: 0,
            currency: "usd".into(),
            next_amount: 14_700,
            next_discount: 0,
            next_tax: 0,
            interval: "month".into(),
            interval_count: 1,
            next_at: Some(at),
            expires_at: at,
            replaces: None,
        };
        assert_eq!(words.cost(&quote, None), "$23.84 today, then $147.00 a month");
        let next = words.next_invoice(&quote, None, dates);
        assert_eq!(next, "The next invoice comes on 15 December 2026.");
        assert!(words.parts_of_cost(&quote).is_empty());
        (quote.tax, quote.next_discount, quote.next_tax) = (523, 980, 2_607);
        quote.credit_used = 1_500;
        let lines = [
            "Tax $5.23 today",
            "$15.00 comes from your credit.",
            "Discount −$9.80, Tax $26.07 a month",
        ];
        assert_eq!(words.parts_of_cost(&quote), lines);
        quote.interval_count = 3;
        assert_eq!(words.cost(&quote, None), "$23.84 today, then $147.00 every 3 months");
        let german = Words::of(Language::De).cost(&quote, None);
        assert_eq!(german, "Heute 23,84\u{a0}$, danach 147,00\u{a0}$ alle 3 Monate");
        quote.interval_count = 1;
        (quote.amount_due, quote.credit) = (0, 1_200);
        assert_eq!(words.cost(&quote, None), "Nothing today, then $147.00 a month");
        assert_eq!(
            words.next_invoice(&quote, None, dates),
            "$12.00 for the time not used comes off your next invoices, from 15 December 2026 on."
        );
        assert_eq!(words.cost(&quote, Some(at)), "Nothing today");
        assert_eq!(
            words.next_invoice(&quote, Some(at), dates),
            "$12.00 for the time not used stays with Stripe as a credit. The subscription ends on 15 \
             December 2026."
        );
        quote.credit = 0;
        let next = words.next_invoice(&quote, Some(at), dates);
        assert_eq!(next, "The subscription ends on 15 December 2026.");
    }

    #[test]
    fn the_next_charge_is_an_amount_and_a_day() {
        let next = NextCharge {
            amount_due: 14_700,
            credit_used: 0,
            currency: "usd".into(),
            at: december(),
        };
        let said =
            |language| Words::of(language).next_charge(&next, false, Dates::in_utc(language));
        assert_eq!(said(Language::En), "Next: $147.00 on 15 December 2026");
        assert_eq!(said(Language::De), "Nächste Abbuchung: 147,00\u{a0}$ am 15. Dezember 2026");
        let paused = Words::of(Language::En).next_charge(&next, true, Dates::in_utc(Language::En));
        assert_eq!(paused, "Resuming charges $147.00 today");
    }
}
