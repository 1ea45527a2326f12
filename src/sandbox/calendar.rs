//! Billing periods: the anchor's day in the next month, clamped to the month's last day, so that a 31st
//! comes back after February.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

/// The time one interval after `from`, on the anchor's day where the month has it.
pub fn next(from: i64, anchor: i64, interval: &str, count: i64) -> i64 {
    let count = count.clamp(1, 1_000);
    match interval {
        "day" => from + count * 86_400,
        "week" => from + count * 7 * 86_400,
        "year" => months_after(from, anchor, count * 12),
        _ => months_after(from, anchor, count),
    }
}

fn months_after(from: i64, anchor: i64, count: i64) -> i64 {
    let (Some(start), Some(anchor)) = (instant(from), instant(anchor)) else {
        return from + count * 30 * 86_400;
    };
    let months = Months::new(u32::try_from(count).unwrap_or(1));
    let Some(first) = start.date_naive().with_day(1).and_then(|day| day.checked_add_months(months))
    else {
        return from + count * 30 * 86_400;
    };
    let last = last_day(first);
    let date = first.with_day(anchor.day().min(last)).unwrap_or(first);
    date.and_time(anchor.time()).and_utc().timestamp()
}

fn last_day(first: NaiveDate) -> u32 {
    first
        .checked_add_months(Months::new(1))
        .and_then(|next| next.pred_opt())
        .map_or(28, |day| day.day())
}

fn instant(seconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0)
}

/// A date for people to read: "14 December 2026".
pub fn date(seconds: i64) -> String {
    instant(seconds).map(|at| at.format("%-d %B %Y").to_string()).unwrap_or_default()
}

/// A date as in Stripe's invoice lines: "14 Dec 2026".
pub fn short_date(seconds: i64) -> String {
    instant(seconds).map(|at| at.format("%-d %b %Y").to_string()).unwrap_or_default()
}

/// A time to the second, in UTC.
pub fn moment(seconds: i64) -> String {
    instant(seconds).map(|at| at.format("%Y-%m-%d %H:%M:%S UTC").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::next;

    fn at(text: &str) -> i64 {
        chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp()
    }

    #[test]
    fn a_month_is_clamped_to_its_last_day_and_the_anchors_day_comes_back() {
        let anchor = at("2027-01-31T10:00:00Z");
        let february = next(anchor, anchor, "month", 1);
        assert_eq!(february, at("2027-02-28T10:00:00Z"));
        assert_eq!(next(february, anchor, "month", 1), at("2027-03-31T10:00:00Z"));
    }

    #[test]
    fn december_is_followed_by_january() {
        let anchor = at("2026-12-08T00:00:00Z");
        assert_eq!(next(anchor, anchor, "month", 1), at("2027-01-08T00:00:00Z"));
    }

    #[test]
    fn years_and_weeks_are_counted_too() {
        let anchor = at("2028-02-29T00:00:00Z");
        assert_eq!(next(anchor, anchor, "year", 1), at("2029-02-28T00:00:00Z"));
        assert_eq!(next(anchor, anchor, "week", 2), at("2028-03-14T00:00:00Z"));
    }
}
