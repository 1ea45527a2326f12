//! Stripe's test cards: what each does, and its names in the API.

use crate::sandbox::protocol::errors::ApiError;
use crate::sandbox::value::Fields;
use serde_json::Value;

/// What a test card does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// It is saved, and every charge succeeds.
    Succeeds,
    /// It is saved, but every later charge is declined.
    DeclinesLater,
    /// Every charge succeeds, and is disputed at once.
    Disputes,
    /// Asks for 3-D Secure when it is saved; charges succeed after that.
    AuthenticatesOnce,
    /// Asks for 3-D Secure when it is saved and at every charge, even off-session.
    AuthenticatesAlways,
    /// Refused at once.
    Refused(Refused),
}

/// Why a card is refused at once, in Stripe's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    pub code: &'static str,
    pub decline_code: Option<&'static str>,
    pub message: &'static str,
}

impl Refused {
    /// Declined by the bank, with a decline code.
    const fn declined(decline_code: &'static str, message: &'static str) -> Refused {
        Refused { code: "card_declined", decline_code: Some(decline_code), message }
    }

    const fn other(code: &'static str, message: &'static str) -> Refused {
        Refused { code, decline_code: None, message }
    }

    /// The error a request is answered with.
    pub fn error(self) -> ApiError {
        ApiError::card(self.code, self.decline_code, self.message)
    }
}

impl Behaviour {
    /// Whether saving the card takes a 3-D Secure check.
    pub fn asks(self) -> bool {
        matches!(self, Behaviour::AuthenticatesOnce | Behaviour::AuthenticatesAlways)
    }

    /// What charging the card comes to: a payment method's `_on_charge`.
    pub fn on_charge(self) -> &'static str {
        match self {
            Behaviour::Succeeds | Behaviour::AuthenticatesOnce => "succeeds",
            Behaviour::Disputes => "disputes",
            Behaviour::DeclinesLater | Behaviour::Refused(_) => "declines",
            Behaviour::AuthenticatesAlways => "authenticates",
        }
    }
}

/// A number from Stripe's list of test cards.
#[derive(Debug)]
pub struct TestCard {
    pub number: &'static str,
    pub brand: &'static str,
    /// What follows `pm_card_` and `tok_` in the ids of Stripe's payment methods and tokens for it.
    names: &'static [&'static str],
    pub behaviour: Behaviour,
    /// What it does, for the list on the hosted pages.
    pub does: &'static str,
}

impl TestCard {
    /// The number of digits in its security code.
    pub fn cvc_length(&self) -> usize {
        if self.brand == "amex" { 4 } else { 3 }
    }

    /// Its last four digits.
    pub fn last4(&self) -> &'static str {
        self.number.get(self.number.len().saturating_sub(4)..).unwrap_or_default()
    }
}

/// The cards the sandbox knows, in the order the hosted pages list them.
pub const TEST_CARDS: &[TestCard] = &[
    TestCard {
        number: "4242424242424242",
        brand: "visa",
        names: &["visa"],
        behaviour: Behaviour::Succeeds,
        does: "Succeeds",
    },
    TestCard {
        number: "5555555555554444",
        brand: "mastercard",
        names: &["mastercard"],
        behaviour: Behaviour::Succeeds,
        does: "Succeeds (Mastercard)",
    },
    TestCard {
        number: "378282246310005",
        brand: "amex",
        names: &["amex"],
        behaviour: Behaviour::Succeeds,
        does: "Succeeds (American Express, 4-digit CVC)",
    },
    TestCard {
        number: "4000000000000341",
        brand: "visa",
        names: &["chargeCustomerFail"],
        behaviour: Behaviour::DeclinesLater,
        does: "Is saved, but declines when charged later",
    },
    TestCard {
        number: "4000000000000259",
        brand: "visa",
        names: &["createDispute"],
        behaviour: Behaviour::Disputes,
        does: "Succeeds, and is disputed: can't be refunded",
    },
    TestCard {
        number: "4000002500003155",
        brand: "visa",
        names: &["authenticationRequiredOnSetup"],
        behaviour: Behaviour::AuthenticatesOnce,
        does: "Asks for 3-D Secure when it is saved",
    },
    TestCard {
        number: "4000002760003184",
        brand: "visa",
        names: &["authenticationRequired"],
        behaviour: Behaviour::AuthenticatesAlways,
        does: "Asks for 3-D Secure at every charge",
    },
    TestCard {
        number: "4000000000003220",
        brand: "visa",
        names: &["threeDSecure2Required"],
        behaviour: Behaviour::AuthenticatesAlways,
        does: "Asks for 3-D Secure 2 at every charge",
    },
    TestCard {
        number: "4000000000009995",
        brand: "visa",
        names: &["visa_chargeDeclinedInsufficientFunds", "chargeDeclinedInsufficientFunds"],
        behaviour: Behaviour::Refused(Refused::declined(
            "insufficient_funds",
            "Your card has insufficient funds.",
        )),
        does: "Insufficient funds",
    },
    TestCard {
        number: "4000000000000002",
        brand: "visa",
        names: &["visa_chargeDeclined", "chargeDeclined"],
        behaviour: Behaviour::Refused(Refused::declined(
            "generic_decline",
            "Your card was declined.",
        )),
        does: "Declined",
    },
    TestCard {
        number: "4000000000000069",
        brand: "visa",
        names: &["chargeDeclinedExpiredCard"],
        behaviour: Behaviour::Refused(Refused::other("expired_card", "Your card has expired.")),
        does: "Declined as expired",
    },
    TestCard {
        number: "4000000000000127",
        brand: "visa",
        names: &["chargeDeclinedIncorrectCvc"],
        behaviour: Behaviour::Refused(Refused::other(
            "incorrect_cvc",
            "Your card's security code is incorrect.",
        )),
        does: "Declined for its security code",
    },
    TestCard {
        number: "4000000000000119",
        brand: "visa",
        names: &["chargeDeclinedProcessingError"],
        behaviour: Behaviour::Refused(Refused::other(
            "processing_error",
            "An error occurred while processing your card. Try again in a little bit.",
        )),
        does: "Declined for a processing error",
    },
];

/// The test card with a number.
pub fn by_number(number: &str) -> Option<&'static TestCard> {
    TEST_CARDS.iter().find(|card| card.number == number)
}

/// The test card behind one of Stripe's tokens, such as `tok_visa`.
pub fn by_token(token: &str) -> Option<&'static TestCard> {
    by_name(token.strip_prefix("tok_")?)
}

/// The test card behind one of Stripe's ready-made payment methods, such as `pm_card_visa`.
pub fn by_ready_made(id: &str) -> Option<&'static TestCard> {
    by_name(id.strip_prefix("pm_card_")?)
}

fn by_name(name: &str) -> Option<&'static TestCard> {
    TEST_CARDS.iter().find(|card| card.names.contains(&name))
}

/// What the card of a payment method does.
pub fn behaviour(method: &Value) -> Behaviour {
    by_number(method.text("_number")).map_or(Behaviour::Succeeds, |card| card.behaviour)
}

/// Whether a number has a card's length and a valid Luhn check digit.
pub fn luhn(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    if digits.len() != number.len() || !(12..=19).contains(&digits.len()) {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether a card valid to the end of a month has expired.
pub fn has_passed(month: i64, year: i64, now: i64) -> bool {
    (year, month) < month_of(now)
}

/// An expiry month and year that no card has passed yet.
pub fn far_expiry(now: i64) -> (i64, i64) {
    (12, month_of(now).0.saturating_add(4))
}

/// The year and month of a Unix time.
pub fn month_of(at: i64) -> (i64, i64) {
    use chrono::Datelike;
    chrono::DateTime::from_timestamp(at, 0)
        .map_or((i64::MAX, 12), |at| (i64::from(at.year()), i64::from(at.month())))
}

#[cfg(test)]
mod tests {
    use super::{TEST_CARDS, has_passed, luhn};

    #[test]
    fn every_test_card_passes_the_check_digit_and_a_slip_does_not() {
        assert!(TEST_CARDS.iter().all(|card| luhn(card.number)));
        assert!(!luhn("4242424242424241"));
        assert!(!luhn("4242 x"));
    }

    #[test]
    fn a_card_is_good_to_the_end_of_its_month() {
        let november_2026 = 1_795_000_000;
        assert!(!has_passed(11, 2026, november_2026));
        assert!(has_passed(10, 2026, november_2026));
    }
}
