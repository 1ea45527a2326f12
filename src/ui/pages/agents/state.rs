//! Whether an agent is on, and if not, who turned it off, why and when, in words.

use crate::model::{Agent, DeactivatedBy, DeactivationReason};
use crate::ui::dates::Dates;
use crate::ui::words::{Words, fill};

/// "Working", "Turned off by Olivia Owner, 24 November 2026", "Turned off by billing: the subscription
/// is unpaid, 24 November 2026".
pub fn state(words: &Words, dates: Dates, agent: &Agent) -> String {
    if agent.active {
        return words.agents.working.to_owned();
    }
    let mut text = match (agent.deactivated_by, &agent.deactivated_by_name) {
        (Some(DeactivatedBy::Billing), _) => words.agents.off_by_billing.to_owned(),
        (Some(DeactivatedBy::Operator) | None, Some(name)) => fill(words.agents.off_by, &[name]),
        (Some(DeactivatedBy::Operator) | None, None) => words.agents.off.to_owned(),
    };
    let reason = match agent.deactivated_reason {
        Some(DeactivationReason::SubscriptionEnded) => Some(words.agents.because_ended),
        Some(DeactivationReason::Unpaid) => Some(words.agents.because_unpaid),
        Some(DeactivationReason::SeatsReduced) => Some(words.agents.because_seats),
        Some(DeactivationReason::Operator) | None => None,
    };
    if let Some(reason) = reason {
        text = text + ": " + reason;
    }
    if let Some(at) = agent.deactivated_at {
        text = text + ", " + &dates.day(at);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Language, Timestamp};

    fn off(by: DeactivatedBy, name: Option<&str>, reason: DeactivationReason) -> [String; 2] {
        let agent = Agent {
            id: "agent_1".parse().expect("an id"),
            name: "Ada".into(),
            active: false,
            deactivated_by: Some(by),
            deactivated_at: Timestamp::from_timestamp(1_795_511_100, 0),
            deactivated_by_name: name.map(str::to_owned),
            deactivated_reason: Some(reason),
            created_at: Timestamp::default(),
        };
        [Language::En, Language::De]
            .map(|language| state(Words::of(language), Dates::in_utc(language), &agent))
    }

    #[test]
    fn an_agent_that_is_off_says_who_did_it_why_and_when() {
        let by = off(DeactivatedBy::Operator, Some("Olivia Owner"), DeactivationReason::Operator);
        assert_eq!(
            by,
            [
                "Turned off by Olivia Owner, 24 November 2026",
                "Abgeschaltet von Olivia Owner, 24. November 2026",
            ]
        );
        let by = off(DeactivatedBy::Billing, None, DeactivationReason::Unpaid);
        assert_eq!(
            by,
            [
                "Turned off by billing: the subscription is unpaid, 24 November 2026",
                "Automatisch abgeschaltet: das Abo ist unbezahlt, 24. November 2026",
            ]
        );
    }
}
