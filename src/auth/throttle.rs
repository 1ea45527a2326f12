//! Rate limits guessing: after too many wrong guesses under a name, further ones must wait.

use crate::model::Timestamp;
use chrono::TimeDelta;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How long wrong guesses count.
pub const GUESSING_WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Beyond this many names, those with the fewest failures are dropped, so that the table can't be made
/// to grow, and filling it frees nobody who has guessed a lot.
const NAMES: usize = 50_000;

/// Attempts by name (an operator, an address) in the current window, in this process.
pub struct Throttle {
    /// How many may fail.
    failures: u32,
    attempts: Mutex<HashMap<String, (u32, Timestamp)>>,
}

impl Throttle {
    /// Lets this many attempts fail in a quarter of an hour.
    pub fn new(failures: u32) -> Self {
        Self { failures, attempts: Mutex::default() }
    }

    /// Counts an attempt, and returns whether it may be made. [`Throttle::take_back`] and
    /// [`Throttle::forget`] undo the count, so that only failures are left.
    pub fn may_try(&self, name: &str, now: Timestamp) -> bool {
        let mut attempts = self.lock();
        if attempts.len() >= NAMES && !attempts.contains_key(name) {
            make_room(&mut attempts, now);
        }
        let (count, since) = attempts.entry(name.to_owned()).or_insert((0, now));
        if now - *since >= GUESSING_WINDOW {
            (*count, *since) = (0, now);
        }
        *count = count.saturating_add(1);
        *count <= self.failures
    }

    /// Whether an attempt may be made now, without counting one.
    pub fn allows(&self, name: &str, now: Timestamp) -> bool {
        let attempts = self.lock();
        let current = attempts.get(name).filter(|(_, since)| now - *since < GUESSING_WINDOW);
        current.is_none_or(|(count, _)| *count < self.failures)
    }

    /// Uncounts one attempt that was no wrong guess.
    pub fn take_back(&self, name: &str) {
        if let Some((count, _)) = self.lock().get_mut(name) {
            *count = count.saturating_sub(1);
        }
    }

    /// Forgets all attempts under the name.
    pub fn forget(&self, name: &str) {
        self.lock().remove(name);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (u32, Timestamp)>> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn make_room(attempts: &mut HashMap<String, (u32, Timestamp)>, now: Timestamp) {
    attempts.retain(|_, (_, since)| now - *since < GUESSING_WINDOW);
    let mut few = 1;
    while attempts.len() >= NAMES {
        attempts.retain(|_, (count, _)| *count > few);
        few += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filling_the_table_frees_nobody_who_has_guessed_a_lot() {
        let (throttle, now) = (Throttle::new(2), Timestamp::default());
        for _ in 0..3 {
            throttle.may_try("guesser", now);
        }
        for name in 0..NAMES + 10 {
            throttle.may_try(&name.to_string(), now);
        }
        assert!(throttle.lock().len() <= NAMES);
        assert!(!throttle.may_try("guesser", now));
        assert!(throttle.may_try("guesser", now + GUESSING_WINDOW));
    }
}
