//! Rate limits for password guessing that nobody can use to lock an operator out.
//!
//! Wrong guesses count against where they come from: few from one address at one account, more from one
//! address at all accounts. An account as a whole is only closed to strangers, after many guesses from
//! many addresses; a device that its operator has signed in on before has a count of its own.
//!
//! Right passwords count too: each costs as much work, and leaves a session behind.

use crate::auth::throttle::Throttle;
use crate::model::Timestamp;
use std::net::IpAddr;

/// How many wrong guesses are allowed in a quarter of an hour: on a known device, and from one address
/// at one account.
const OF_ONE: u32 = 10;
/// The same from one address at all accounts, and at one account from all addresses.
const OF_MANY: u32 = 100;

/// An attempt to sign in.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    pub email: &'a str,
    /// The network that the request comes from.
    pub network: IpAddr,
    /// The device, if the operator with this email has signed in on it before.
    pub device: Option<&'a str>,
}

/// The counts of wrong guesses, in this process.
pub struct Guesses {
    on_device: Throttle,
    from_address_at_account: Throttle,
    from_address: Throttle,
    at_account: Throttle,
    right: Throttle,
}

impl Default for Guesses {
    fn default() -> Self {
        Self {
            on_device: Throttle::new(OF_ONE),
            from_address_at_account: Throttle::new(OF_ONE),
            from_address: Throttle::new(OF_MANY),
            at_account: Throttle::new(OF_MANY),
            right: Throttle::new(OF_MANY),
        }
    }
}

impl Guesses {
    /// Counts an attempt, and returns whether it may be made. A refused one counts nowhere, so that one
    /// address alone can't close an account, and a closed account closes no address.
    pub fn may_try(&self, attempt: &Attempt<'_>, now: Timestamp) -> bool {
        let counts = self.counts(attempt);
        self.right.allows(attempt.email, now)
            && counts.iter().all(|(throttle, name)| throttle.allows(name, now))
            && counts.iter().all(|(throttle, name)| throttle.may_try(name, now))
    }

    /// Uncounts an attempt whose password could not be checked.
    pub fn unanswered(&self, attempt: &Attempt<'_>) {
        for (throttle, name) in self.counts(attempt) {
            throttle.take_back(&name);
        }
    }

    /// Uncounts a successful attempt and resets its narrowest count; others' guesses still count.
    pub fn succeeded(&self, attempt: &Attempt<'_>, now: Timestamp) {
        self.unanswered(attempt);
        self.right.may_try(attempt.email, now);
        if let Some((throttle, name)) = self.counts(attempt).first() {
            throttle.forget(name);
        }
    }

    /// The counts that apply to an attempt, the narrowest first.
    fn counts(&self, attempt: &Attempt<'_>) -> Vec<(&Throttle, String)> {
        let Attempt { email, network, device } = attempt;
        match device {
            Some(device) => vec![(&self.on_device, (*device).to_owned())],
            None => vec![
                (&self.from_address_at_account, format!("{network} {email}")),
                (&self.from_address, network.to_string()),
                (&self.at_account, (*email).to_owned()),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: &str = "owner@example.com";

    fn from(last: u8, email: &str) -> Attempt<'_> {
        Attempt { email, network: IpAddr::from([192, 0, 2, last]), device: None }
    }

    fn guess(guesses: &Guesses, attempt: Attempt<'_>, times: u32) -> bool {
        (0..times).all(|_| guesses.may_try(&attempt, Timestamp::default()))
    }

    #[test]
    fn one_address_closes_an_account_to_itself_alone() {
        let guesses = Guesses::default();
        assert!(guess(&guesses, from(1, OWNER), OF_ONE));
        for _ in 0..1000 {
            assert!(!guess(&guesses, from(1, OWNER), 1));
        }
        assert!(guess(&guesses, from(2, OWNER), 1));
        assert!(guess(&guesses, from(1, "else@example.com"), 1));
    }

    #[test]
    fn one_address_can_not_go_through_all_accounts() {
        let guesses = Guesses::default();
        for number in 0..OF_MANY {
            assert!(guess(&guesses, from(1, &format!("{number}@example.com")), 1));
        }
        assert!(!guess(&guesses, from(1, OWNER), 1));
        assert!(guess(&guesses, from(2, OWNER), 1));
    }

    #[test]
    fn many_addresses_close_an_account_to_strangers_alone() {
        let guesses = Guesses::default();
        for last in 1..=10 {
            assert!(guess(&guesses, from(last, OWNER), OF_ONE));
        }
        assert!(!guess(&guesses, from(11, OWNER), 1));
        let known = Attempt { device: Some("a device"), ..from(1, OWNER) };
        assert!(guess(&guesses, known, OF_ONE));
        assert!(!guess(&guesses, known, 1));
    }

    #[test]
    fn a_closed_account_closes_no_address() {
        let guesses = Guesses::default();
        for last in 1..=10 {
            assert!(guess(&guesses, from(last, OWNER), OF_ONE));
        }
        for _ in 0..2 * OF_MANY {
            assert!(!guess(&guesses, from(11, OWNER), 1));
        }
        assert!(guess(&guesses, from(11, "else@example.com"), 1));
    }

    #[test]
    fn a_right_password_can_not_be_checked_without_end() {
        let guesses = Guesses::default();
        for last in 0..OF_MANY {
            let attempt = from(u8::try_from(last).unwrap_or_default(), OWNER);
            assert!(guess(&guesses, attempt, 1));
            guesses.succeeded(&attempt, Timestamp::default());
        }
        assert!(!guess(&guesses, from(200, OWNER), 1));
        assert!(guess(&guesses, from(200, "else@example.com"), 1));
    }

    #[test]
    fn an_account_of_one_s_own_does_not_wash_an_address_clean() {
        let guesses = Guesses::default();
        for number in 0..OF_MANY {
            assert!(guess(&guesses, from(1, &format!("{number}@example.com")), 1));
            let own = from(1, "own@example.com");
            if guess(&guesses, own, 1) {
                guesses.succeeded(&own, Timestamp::default());
            }
        }
        assert!(!guess(&guesses, from(1, OWNER), 1));
    }
}
