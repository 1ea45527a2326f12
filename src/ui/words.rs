//! Numbers and times in words, the same on the server and in the browser.

use crate::model::{Plan, Timestamp};

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

fn counted(count: u32, thing: &str) -> String {
    match count {
        1 => format!("1 {thing}"),
        many => format!("{many} {thing}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Money;

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
    fn one_is_singular() {
        assert_eq!(days_left(1), "1 day left");
        assert_eq!(days_left(0), "0 days left");
        assert_eq!(agents(2), "2 agents");
    }
}
