//! Who is calling, and for how long they stay signed in.

use crate::config::values::Values;
use crate::config::{ConfigError, TrustedProxies};
use crate::model::SESSION_LIFETIME;
use chrono::TimeDelta;

/// A session's whole lifetime.
const MOST_IDLE_HOURS: i64 = SESSION_LIFETIME.num_hours();

/// How callers are told apart, and when they must sign in again.
#[derive(Debug, Clone)]
pub struct AccessConfig {
    /// `SESSION_IDLE_HOURS`: how long an unused session lasts. By default, whoever pays for a company
    /// signs in again the next morning, and what was left open overnight is closed.
    pub session_idle: TimeDelta,
    /// `TRUSTED_PROXIES`: the proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
}

impl AccessConfig {
    /// # Errors
    /// For a value that can't work.
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        let hours = values.parse("SESSION_IDLE_HOURS")?;
        if !(1..=MOST_IDLE_HOURS).contains(&hours) {
            return Err(ConfigError(format!(
                "SESSION_IDLE_HOURS must be from 1 to {MOST_IDLE_HOURS}, not {hours}"
            )));
        }
        Ok(Self {
            session_idle: TimeDelta::hours(hours),
            trusted_proxies: values.parse("TRUSTED_PROXIES")?,
        })
    }
}
