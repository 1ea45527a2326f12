//! The plan, and how many agents it is for.

use crate::model::Money;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The plan as its Stripe Price has it, so that nothing is configured twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Plan {
    /// The Stripe Product's `name`.
    pub name: String,
    /// The Stripe Price's `id`.
    pub price_id: String,
    /// The Price's `unit_amount`: one agent for one interval.
    pub unit: Money,
    /// The Price's `recurring.interval`: "day", "week", "month" or "year".
    pub interval: String,
    /// The Price's `recurring.interval_count`: 3 with "month" is every three months.
    #[serde(default = "once")]
    pub interval_count: u32,
}

/// What one agent costs, as a timeline entry keeps it: "4900 usd 3 month".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitPrice {
    pub unit: Money,
    /// The Price's `recurring.interval`.
    pub interval: String,
    /// The Price's `recurring.interval_count`.
    pub interval_count: u32,
}

impl fmt::Display for UnitPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unit, interval, interval_count } = self;
        write!(f, "{} {} {interval_count} {interval}", unit.amount, unit.currency)
    }
}

impl UnitPrice {
    /// Reads what [`UnitPrice`] is displayed as; `None` for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let amount = words.next()?.parse().ok()?;
        let currency = words.next()?;
        let interval_count = words.next()?.parse().ok()?;
        let interval = words.next()?.to_owned();
        Some(Self { unit: Money::new(amount, currency), interval, interval_count })
    }
}

/// The `interval_count` of what says none.
pub(super) fn once() -> u32 {
    1
}

/// Length of a new subscription's free trial, in days.
pub const TRIAL_DAYS: u32 = 14;

/// How many agents a subscription is for, at least one: Stripe's `quantity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(
    feature = "server",
    derive(schemars::JsonSchema),
    schemars(extend("minimum" = 1, "maximum" = AgentCount::MAX))
)]
#[serde(try_from = "i64", into = "u32")]
pub struct AgentCount(u32);

/// Why a number is not an agent count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("agent_count must be from 1 to {max}, not {given}", max = AgentCount::MAX)]
pub struct InvalidAgentCount {
    given: i64,
}

impl AgentCount {
    /// The most that can be ordered here.
    pub const MAX: u32 = 10_000;

    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<i64> for AgentCount {
    type Error = InvalidAgentCount;

    fn try_from(given: i64) -> Result<Self, InvalidAgentCount> {
        match u32::try_from(given) {
            Ok(count @ 1..=Self::MAX) => Ok(Self(count)),
            _ => Err(InvalidAgentCount { given }),
        }
    }
}

impl From<AgentCount> for u32 {
    fn from(count: AgentCount) -> u32 {
        count.0
    }
}

impl fmt::Display for AgentCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
