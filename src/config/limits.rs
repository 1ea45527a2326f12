//! How much one caller may take, so that nobody keeps the others out.

use super::ConfigError;
use super::values::Values;

/// Limits an installation can change; zero means none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// `MAX_CONNECTIONS`: how many connections are open at once; more wait to be accepted.
    pub connections: usize,
    /// `MAX_CONNECTIONS_PER_ADDRESS`: how many of them come from one address; more are closed at once.
    pub connections_per_address: usize,
    /// `REQUESTS_AT_ONCE`: how many requests are processed at once. The default is enough for thousands
    /// a second of a few dozen milliseconds each.
    pub requests_at_once: usize,
    /// `REQUESTS_PER_ADDRESS`: how many requests a second one address may make in the long run.
    pub requests_per_address: u32,
    /// `REQUESTS_PER_SESSION`: the same for one session.
    pub requests_per_session: u32,
}

impl Limits {
    /// # Errors
    /// For a value that can't work.
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self {
            connections: values.parse("MAX_CONNECTIONS")?,
            connections_per_address: values.parse("MAX_CONNECTIONS_PER_ADDRESS")?,
            requests_at_once: values.parse("REQUESTS_AT_ONCE")?,
            requests_per_address: values.parse("REQUESTS_PER_ADDRESS")?,
            requests_per_session: values.parse("REQUESTS_PER_SESSION")?,
        })
    }
}
