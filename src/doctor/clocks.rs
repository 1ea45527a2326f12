//! Whether the clocks agree.

use crate::doctor::Finding;
use crate::model::Timestamp;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Client;
use reqwest::header::DATE;

const STRIPE: &str = "https://api.stripe.com";
/// From here on it is a warning.
const NOTICEABLE: TimeDelta = TimeDelta::seconds(5);
/// From here on it is a fault: webhook signatures are only accepted for five minutes.
const TOO_FAR: TimeDelta = TimeDelta::seconds(60);
const SYNCHRONISE: &str = "Have this machine's clock kept by NTP: `timedatectl set-ntp true`.";

/// Compares with the `Date` of a response from Stripe; no key is needed to get one.
pub async fn stripe(http: &Client, api_base: Option<&str>) -> Finding {
    const CHECK: &str = "stripe_clock";
    let base = api_base.unwrap_or(STRIPE).trim_end_matches('/');
    let answer = match http.get(format!("{base}/v1/prices")).send().await {
        Ok(answer) => answer,
        Err(error) => {
            return Finding::fault(
                CHECK,
                format!("{base} does not answer: {error}"),
                "See that this machine can reach it: DNS, firewall, proxy.",
            );
        }
    };
    let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok());
    match date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()) {
        Some(date) => compare(CHECK, "Stripe", date.with_timezone(&Utc)),
        None => Finding::warning(
            CHECK,
            "Stripe's answer had no date",
            "See whether a proxy lies between and takes it away.",
        ),
    }
}

/// Compares this machine's clock with another's.
pub fn compare(check: &'static str, whose: &str, theirs: Timestamp) -> Finding {
    let ahead = Utc::now() - theirs;
    let seconds = ahead.num_seconds();
    let what = match seconds {
        1.. => format!("this machine's clock is {seconds} s ahead of {whose}'s"),
        0 => format!("this machine's clock agrees with {whose}'s"),
        _ => format!("this machine's clock is {} s behind {whose}'s", -seconds),
    };
    match ahead.abs() {
        off if off > TOO_FAR => Finding::fault(check, what, SYNCHRONISE),
        off if off > NOTICEABLE => Finding::warning(check, what, SYNCHRONISE),
        _ => Finding::ok(check, what),
    }
}
