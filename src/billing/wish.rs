//! Operators' requests as text: intents store it, and the timeline matches it.

use crate::model::CancelAt;
use std::fmt::Display;

/// A request for this many seats of a Subscription Item.
pub fn seats(item_id: &str, agent_count: impl Display) -> String {
    format!("{item_id} to {agent_count}")
}

pub fn cancel(subscription_id: &str, at: CancelAt) -> String {
    format!("cancel {subscription_id} {}", at.as_str())
}

pub fn resume(subscription_id: &str) -> String {
    format!("resume {subscription_id}")
}

pub fn end_pause(subscription_id: &str) -> String {
    format!("end the pause of {subscription_id}")
}
