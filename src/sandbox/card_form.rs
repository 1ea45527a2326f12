//! The card form of the hosted pages, and its validation.

use crate::sandbox::cards::{self, Behaviour, has_passed, luhn};
use crate::sandbox::objects::payment_method;
use crate::sandbox::value::Fields;
use serde_json::Value;

/// The form's fields, kept as typed so that an error loses nothing.
#[derive(Clone, Debug, Default)]
pub struct CardForm {
    pub email: String,
    pub card_number: String,
    pub exp: String,
    pub cvc: String,
    pub name: String,
    /// Two letters in upper case; only on pages that ask for an address.
    pub country: String,
    pub postal_code: String,
}

/// Errors by the `name` of the input they belong to.
pub type FieldErrors = Vec<(&'static str, String)>;

/// A valid card: its payment method, not yet stored, and how it behaves.
#[derive(Debug)]
pub struct CheckedCard {
    pub method: Value,
    pub behaviour: Behaviour,
}

impl CardForm {
    /// Reads the form's fields from decoded pairs.
    pub fn read(pairs: &[(String, String)]) -> CardForm {
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
            country: field("country").to_ascii_uppercase(),
            postal_code: field("postal_code"),
        }
    }

    /// Checks every field; returns the card, or what is wrong with which field.
    pub fn check(&self, now: i64, with_email: bool) -> Result<CheckedCard, FieldErrors> {
        let mut errors = FieldErrors::new();
        if with_email && !plausible_email(&self.email) {
            errors.push(("email", "Enter an email address, such as you@example.com.".to_owned()));
        }
        let number: String =
            self.card_number.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let card = cards::by_number(&number);
        if number.is_empty() {
            errors.push(("card_number", "Enter a card number.".to_owned()));
        } else if !luhn(&number) {
            errors.push(("card_number", "Your card number is invalid.".to_owned()));
        } else {
            match card.map(|card| card.behaviour) {
                Some(Behaviour::Refused(refused)) => errors.push(("card_number", refused.message.to_owned())),
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
        let cvc_length = card.map_or(3, cards::TestCard::cvc_length);
        if self.cvc.len() != cvc_length || !self.cvc.bytes().all(|byte| byte.is_ascii_digit()) {
            errors.push(("cvc", format!("Enter the {cvc_length} digits of the security code.")));
        }
        if self.name.is_empty() {
            errors.push(("name", "Enter the name on the card.".to_owned()));
        }
        match (card, expiry) {
            (Some(card), Some((month, year))) if errors.is_empty() => {
                let mut method = payment_method::card(card, (month, year), now);
                method.put(
                    "billing_details.email",
                    Some(&*self.email).filter(|email| !email.is_empty()),
                );
                method.put("billing_details.name", self.name.as_str());
                for (field, value) in
                    [("country", &self.country), ("postal_code", &self.postal_code)]
                {
                    if !value.is_empty() {
                        method.put(&format!("billing_details.address.{field}"), value.as_str());
                    }
                }
                method.put("allow_redisplay", "limited");
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

#[cfg(test)]
mod tests {
    use super::expiry;

    #[test]
    fn an_expiry_is_read_in_the_usual_spellings() {
        assert_eq!(expiry("12 / 34"), Some((12, 2034)));
        assert_eq!(expiry("01/2034"), Some((1, 2034)));
        assert_eq!(expiry("0134"), Some((1, 2034)));
        assert_eq!(expiry("13/34"), None);
        assert_eq!(expiry("é1"), None);
    }
}
