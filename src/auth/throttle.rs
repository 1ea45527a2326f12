//! Slows down guessing: after ten wrong passwords for an email or an operator, it must wait.

use crate::model::Timestamp;
use chrono::TimeDelta;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const FAILURES: u32 = 10;
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Beyond so many names the table begins anew, so that it can't be made to grow.
const NAMES: usize = 10_000;

/// Attempts by name (an email, an operator's id) since the last that succeeded, in this process.
#[derive(Default)]
pub struct Throttle {
    attempts: Mutex<HashMap<String, (u32, Timestamp)>>,
}

impl Throttle {
    /// Counts an attempt, and says whether it may be made. [`Throttle::succeeded`] takes the count
    /// back, so that only failures are left.
    pub fn may_try(&self, name: &str, now: Timestamp) -> bool {
        let mut attempts = self.lock();
        if attempts.len() >= NAMES {
            attempts.retain(|_, (_, since)| now - *since < WINDOW);
        }
        if attempts.len() >= NAMES {
            attempts.clear();
        }
        let (count, since) = attempts.entry(name.to_owned()).or_insert((0, now));
        if now - *since >= WINDOW {
            (*count, *since) = (0, now);
        }
        *count += 1;
        *count <= FAILURES
    }

    /// Takes an attempt back that nobody could say was right or wrong.
    pub fn unanswered(&self, name: &str) {
        if let Some((count, _)) = self.lock().get_mut(name) {
            *count = count.saturating_sub(1);
        }
    }

    pub fn succeeded(&self, name: &str) {
        self.lock().remove(name);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (u32, Timestamp)>> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
