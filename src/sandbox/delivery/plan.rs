//! A developer's plan for events to come: held back, dropped, or sent twice.

use crate::sandbox::resources::events::wanted;
use serde::{Deserialize, Serialize};

/// The rules that deliveries follow.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Plan {
    /// Whether to send nothing until released.
    pub held: bool,
    /// What is to happen to events, in the order it was requested.
    pub rules: Vec<Rule>,
}

/// What happens to an event instead of being sent once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is not sent at all.
    Drop,
    /// It is sent twice.
    Duplicate,
}

/// An action, and the events it applies to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rule {
    pub action: Action,
    /// An event type, or the start of one with a star: `customer.subscription.*`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How many more events it applies to.
    pub left: u32,
}

impl Plan {
    /// Plans an action for the next `count` events of a type; of any type if it is empty.
    pub fn expect(&mut self, action: Action, kind: &str, count: u32) -> Result<(), String> {
        let kind = if kind.is_empty() { "*" } else { kind };
        let named = kind.strip_suffix('*').unwrap_or(kind);
        if !named.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '_')) {
            return Err(
                "type= is a type of event, or the start of one with a star: customer.subscription.*"
                    .to_owned(),
            );
        }
        self.rules.push(Rule { action, kind: kind.to_owned(), left: count });
        Ok(())
    }

    /// Takes the action for an event of this type: of several rules, that of the oldest.
    pub fn take(&mut self, event: &str) -> Option<Action> {
        let index = self.rules.iter().position(|rule| wanted(event, &rule.kind))?;
        let rule = &mut self.rules[index];
        let action = rule.action;
        rule.left -= 1;
        if rule.left == 0 {
            self.rules.remove(index);
        }
        Some(action)
    }
}

/// The order in which held events are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Queued,
    Reversed,
    Shuffled,
}

impl Order {
    /// Reads an order from its word; an empty one means queued.
    pub fn read(word: &str) -> Result<Order, String> {
        match word {
            "" | "queued" => Ok(Order::Queued),
            "reversed" => Ok(Order::Reversed),
            "shuffled" => Ok(Order::Shuffled),
            _ => Err("order= is one of queued, reversed, shuffled.".to_owned()),
        }
    }

    /// Puts a queue into this order.
    pub fn arrange<T>(self, queue: &mut [T]) {
        match self {
            Order::Queued => {}
            Order::Reversed => queue.reverse(),
            Order::Shuffled => queue.sort_by_cached_key(|_| uuid::Uuid::new_v4()),
        }
    }
}
