//! Formats dates and times: in UTC on the server and in the browser's first render, which must match,
//! then in the visitor's own time zone.

use crate::model::{Language, Timestamp};
use crate::ui::browser;
use crate::ui::visit::use_visit;
use chrono::{Datelike, NaiveDateTime, TimeDelta, Timelike};
use dioxus::prelude::*;

/// Formats dates and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dates {
    language: Language,
    /// Whether to use the visitor's time zone.
    local: bool,
}

/// Whether the page is hydrated.
#[derive(Clone, Copy)]
struct Hydrated(Signal<bool>);

/// Has the dates follow the visitor's time zone, in everything below, once the page is hydrated.
pub fn use_dates_provider() {
    let mut hydrated = use_signal(|| false);
    use_context_provider(|| Hydrated(hydrated));
    use_effect(move || hydrated.set(true));
}

/// Whether the page is hydrated: from then on, buttons act in place.
pub fn use_hydrated() -> bool {
    let Hydrated(hydrated) = use_context();
    hydrated()
}

/// Dates as the visitor reads them.
pub fn use_dates() -> Dates {
    Dates { language: use_visit().language, local: use_hydrated() }
}

impl Dates {
    /// Dates in UTC.
    #[cfg(test)]
    pub fn in_utc(language: Language) -> Self {
        Self { language, local: false }
    }

    /// An unambiguous date: "8 December 2026".
    pub fn day(self, at: Timestamp) -> String {
        let at = self.here(at);
        let month = month(self.language, at.month0());
        match self.language {
            Language::En => format!("{} {month} {}", at.day(), at.year()),
            Language::De => format!("{}. {month} {}", at.day(), at.year()),
        }
    }

    /// "24 November 2026, 09:05 UTC"; without the zone's name in the visitor's own time zone.
    pub fn moment(self, at: Timestamp) -> String {
        format!("{}, {}", self.day(at), self.time(at))
    }

    /// "09:05 UTC", "10:05".
    pub fn time(self, at: Timestamp) -> String {
        let here = self.here(at);
        let zone = if self.local { "" } else { " UTC" };
        format!("{:02}:{:02}{zone}", here.hour(), here.minute())
    }

    fn here(self, at: Timestamp) -> NaiveDateTime {
        let minutes = if self.local { browser::minutes_from_utc(at) } else { 0 };
        at.naive_utc() + TimeDelta::minutes(minutes)
    }
}

fn month(language: Language, month0: u32) -> &'static str {
    let names = match language {
        Language::En => [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        Language::De => [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
    };
    names.get(month0 as usize).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_names_its_zone_and_its_month_in_words() {
        let at = Timestamp::from_timestamp(1_795_511_100, 0).unwrap_or_default();
        assert_eq!(Dates::in_utc(Language::En).moment(at), "24 November 2026, 09:05 UTC");
        assert_eq!(Dates::in_utc(Language::De).moment(at), "24. November 2026, 09:05 UTC");
    }
}
