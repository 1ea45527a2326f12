//! Stripe's test cards, and the checking of a card form.

use serde_json::Value;

use super::ids;
use super::objects::payment_method;

/// What a test card does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// Every charge succeeds.
    Succeeds,
    /// It can be saved, but every later charge is declined.
    DeclinesLater,
    /// Asks for 3-D Secure when it is used on a page.
    Challenge,
    /// Refused at once, with this decline code and message.
    Refused(&'static str, &'static str),
}

/// A number from Stripe's list of test cards.
#[derive(Debug)]
pub(crate) struct TestCard {
    pub(crate) number: &'static str,
    pub(crate) brand: &'static str,
    pub(crate) behaviour: Behaviour,
    /// What it does, for the list on the hosted pages.
    pub(crate) does: &'static str,
}

/// The cards the sandbox knows, in the order the hosted pages list them.
pub(crate) const TEST_CARDS: &[TestCard] = &[
    TestCard {
        number: "4242424242424242",
        brand: "visa",
        behaviour: Behaviour::Succeeds,
        does: "Succeeds",
    },
    TestCard {
        number: "5555555555554444",
        brand: "mastercard",
        behaviour: Behaviour::Succeeds,
        does: "Succeeds (Mastercard)",
    },
    TestCard {
        number: "378282246310005",
        brand: "amex",
        behaviour: Behaviour::Succeeds,
        does: "Succeeds (American Express, 4-digit CVC)",
    },
    TestCard {
        number: "4000000000000341",
        brand: "visa",
        behaviour: Behaviour::DeclinesLater,
        does: "Is saved, but declines when charged later",
    },
    TestCard {
        number: "4000002500003155",
        brand: "visa",
        behaviour: Behaviour::Challenge,
        does: "Asks for 3-D Secure",
    },
    TestCard {
        number: "4000000000009995",
        brand: "visa",
        behaviour: Behaviour::Refused("insufficient_funds", "Your card has insufficient funds."),
        does: "Insufficient funds",
    },
    TestCard {
        number: "4000000000000002",
        brand: "visa",
        behaviour: Behaviour::Refused("generic_decline", "Your card was declined."),
        does: "Declined",
    },
    TestCard {
        number: "4000000000000069",
        brand: "visa",
        behaviour: Behaviour::Refused("expired_card", "Your card has expired."),
        does: "Declined as expired",
    },
];

/// What the form's fields held, kept as typed so that an error loses nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct CardForm {
    pub(crate) email: String,
    pub(crate) card_number: String,
    pub(crate) exp: String,
    pub(crate) cvc: String,
    pub(crate) name: String,
}

/// Errors by the `name` of the input they belong to.
pub(crate) type FieldErrors = Vec<(&'static str, String)>;

/// A card that may be used: its payment method, not yet stored, and what it does.
#[derive(Debug)]
pub(crate) struct CheckedCard {
    pub(crate) method: Value,
    pub(crate) behaviour: Behaviour,
}

impl CardForm {
    /// Reads the form's fields from decoded pairs.
    pub(crate) fn read(pairs: &[(String, String)]) -> CardForm {
        let field = |name: &str| {
            pairs
                .iter()
                .rev()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.trim().to_owned())
                .unwrap_or_default()
        };
        CardForm {
            email: field("email"),
            card_number: field("card_number"),
            exp: field("exp"),
            cvc: field("cvc"),
            name: field("name"),
        }
    }

    /// Checks every field; gives the card, or what is wrong with which field.
    pub(crate) fn check(&self, now: i64, with_email: bool) -> Result<CheckedCard, FieldErrors> {
        let mut errors = FieldErrors::new();
        if with_email && !plausible_email(&self.email) {
            errors.push(("email", "Enter an email address, such as you@example.com.".to_owned()));
        }
        let number: String =
            self.card_number.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let card = TEST_CARDS.iter().find(|card| card.number == number);
        if number.is_empty() {
            errors.push(("card_number", "Enter a card number.".to_owned()));
        } else if !luhn(&number) {
            errors.push(("card_number", "Your card number is invalid.".to_owned()));
        } else {
            match card.map(|card| card.behaviour) {
                Some(Behaviour::Refused(_, message)) => errors.push(("card_number", message.to_owned())),
                Some(_) => {}
                None => errors.push((
                    "card_number",
                    "Your card was declined: this is a sandbox, use one of the test cards listed below.".to_owned(),
                )),
            }
        }
        let expiry = expiry(&self.exp);
        match expiry {
            None => errors.push(("exp", "Enter the date as MM / YY.".to_owned())),
            Some((month, year)) if has_passed(month, year, now) => {
                errors.push(("exp", "Your card's expiration date is in the past.".to_owned()));
            }
            Some(_) => {}
        }
        let cvc_length = if card.is_some_and(|card| card.brand == "amex") { 4 } else { 3 };
        if self.cvc.len() != cvc_length || !self.cvc.bytes().all(|byte| byte.is_ascii_digit()) {
            errors.push(("cvc", format!("Enter the {cvc_length} digits of the security code.")));
        }
        if self.name.is_empty() {
            errors.push(("name", "Enter the name on the card.".to_owned()));
        }
        match (card, expiry) {
            (Some(card), Some((month, year))) if errors.is_empty() => {
                let method = payment_method::card(&payment_method::NewCard {
                    brand: card.brand,
                    last4: number.get(number.len().saturating_sub(4)..).unwrap_or_default(),
                    exp_month: month,
                    exp_year: year,
                    fingerprint: ids::digest(&number, 16),
                    declines: card.behaviour == Behaviour::DeclinesLater,
                    email: &self.email,
                    name: &self.name,
                    created: now,
                });
                Ok(CheckedCard { method, behaviour: card.behaviour })
            }
            _ => Err(errors),
        }
    }
}

fn plausible_email(email: &str) -> bool {
    email.len() <= 254
        && !email.contains(char::is_whitespace)
        && email.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
        })
}

fn luhn(number: &str) -> bool {
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

/// Month and four-digit year from "12 / 34", "12/2034" or "1234".
fn expiry(text: &str) -> Option<(i64, i64)> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (month, year) = match text.split_once(['/', '-']) {
        Some(parts) => parts,
        None if text.is_ascii() && text.len() == 4 => text.split_at(2),
        None => return None,
    };
    if !month.bytes().chain(year.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let month: i64 = month.parse().ok().filter(|month| (1..=12).contains(month))?;
    let year = match year.len() {
        2 => 2_000 + year.parse::<i64>().ok()?,
        4 => year.parse().ok()?,
        _ => return None,
    };
    Some((month, year))
}

fn has_passed(month: i64, year: i64, now: i64) -> bool {
    use chrono::Datelike;
    chrono::DateTime::from_timestamp(now, 0)
        .is_some_and(|now| (year, month) < (i64::from(now.year()), i64::from(now.month())))
}

#[cfg(test)]
mod tests {
    use super::{TEST_CARDS, expiry, has_passed, luhn};

    #[test]
    fn every_test_card_passes_the_check_digit_and_a_slip_does_not() {
        assert!(TEST_CARDS.iter().all(|card| luhn(card.number)));
        assert!(!luhn("4242424242424241"));
        assert!(!luhn("4242 x"));
    }

    #[test]
    fn an_expiry_is_read_in_the_usual_spellings() {
        assert_eq!(expiry("12 / 34"), Some((12, 2034)));
        assert_eq!(expiry("01/2034"), Some((1, 2034)));
        assert_eq!(expiry("0134"), Some((1, 2034)));
        assert_eq!(expiry("13/34"), None);
        assert_eq!(expiry("é1"), None);
    }

    #[test]
    fn a_card_is_good_to_the_end_of_its_month() {
        let november_2026 = 1_795_000_000;
        assert!(!has_passed(11, 2026, november_2026));
        assert!(has_passed(10, 2026, november_2026));
    }
}
