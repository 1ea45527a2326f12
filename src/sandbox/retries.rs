//! What happens to a renewal that could not be charged: when it is retried, and what follows the last
//! retry. They are settings of the account, as in Stripe's Dashboard.

use serde::{Deserialize, Serialize};

const DAY: i64 = 86_400;
/// Stripe recommends eight tries within two weeks; Smart Retries picks the times, here they are fixed.
const DAYS: &[i64] = &[1, 3, 5, 7, 9, 11, 14];
const MOST: usize = 20;
const LONGEST: i64 = 60;

/// What happens to a subscription after the last retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastResort {
    Canceled,
    Unpaid,
    PastDue,
}

impl LastResort {
    pub const ALL: [LastResort; 3] =
        [LastResort::Canceled, LastResort::Unpaid, LastResort::PastDue];

    /// The status it leaves the subscription in.
    pub fn status(self) -> &'static str {
        match self {
            LastResort::Canceled => "canceled",
            LastResort::Unpaid => "unpaid",
            LastResort::PastDue => "past_due",
        }
    }
}

/// The account's settings for failed payments.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Retries {
    /// How many days after the first failure each retry is.
    pub days: Vec<i64>,
    pub then: LastResort,
}

impl Default for Retries {
    fn default() -> Retries {
        Retries { days: DAYS.to_vec(), then: LastResort::Canceled }
    }
}

impl Retries {
    /// Reads the settings from a form: comma-separated days (none: no retries), and a status.
    pub fn read(days: &str, then: &str) -> Result<Retries, String> {
        let given: Result<Vec<i64>, _> =
            days.split(',').map(str::trim).filter(|day| !day.is_empty()).map(str::parse).collect();
        let days = given
            .ok()
            .filter(|days| {
                days.len() <= MOST
                    && days.iter().all(|day| (1..=LONGEST).contains(day))
                    && days.is_sorted_by(|day, next| day < next)
            })
            .ok_or_else(|| {
                format!(
                    "Give retry_days= as at most {MOST} days in rising order, each from 1 to {LONGEST}, such as 1,3,7."
                )
            })?;
        let then = LastResort::ALL
            .into_iter()
            .find(|resort| resort.status() == then)
            .ok_or("Give then= one of canceled, unpaid, past_due.")?;
        Ok(Retries { days, then })
    }

    /// When to retry after this many failures, the first of which was at `first`.
    pub fn next(&self, first: i64, failures: i64) -> Option<i64> {
        let place = usize::try_from(failures - 1).ok()?;
        self.days.get(place).map(|day| first + day * DAY)
    }
}

#[cfg(test)]
mod tests {
    use super::Retries;

    #[test]
    fn by_default_a_payment_is_tried_eight_times_within_two_weeks() {
        let retries = Retries::default();
        let tries: Vec<i64> = (1..20).map_while(|failures| retries.next(0, failures)).collect();
        assert_eq!(tries.len() + 1, 8);
        assert_eq!(tries.last(), Some(&(14 * 86_400)));
    }

    #[test]
    fn settings_that_make_no_sense_are_refused() {
        assert!(Retries::read("1, 3,7", "unpaid").is_ok_and(|read| read.days == [1, 3, 7]));
        assert!(Retries::read("", "canceled").is_ok_and(|read| read.days.is_empty()));
        for (days, then) in [("3,1", "unpaid"), ("0", "unpaid"), ("x", "unpaid"), ("1", "active")] {
            assert!(Retries::read(days, then).is_err(), "{days} {then}");
        }
    }
}
