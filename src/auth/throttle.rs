//! Slows down guessing: after ten wrong passwords for an email, it must wait.

use crate::model::Timestamp;
use chrono::TimeDelta;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const FAILURES: u32 = 10;
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Beyond so many emails the table begins anew, so that it can't be made to grow.
const EMAILS: usize = 10_000;

/// Attempts by email since the last that succeeded, in this process.
#[derive(Default)]
pub struct Throttle {
    attempts: Mutex<HashMap<String, (u32, Timestamp)>>,
}

impl Throttle {
    /// Counts an attempt, and says whether it may be made. [`Throttle::succeeded`] takes the count
    /// back, so that only failures are left.
    pub fn may_try(&self, email: &str, now: Timestamp) -> bool {
        let mut attempts = self.lock();
        if attempts.len() >= EMAILS {
            attempts.retain(|_, (_, since)| now - *since < WINDOW);
        }
        if attempts.len() >= EMAILS {
            attempts.clear();
        }
        let (count, since) = attempts.entry(email.to_owned()).or_insert((0, now));
        if now - *since >= WINDOW {
            (*count, *since) = (0, now);
        }
        *count += 1;
        *count <= FAILURES
    }

    pub fn succeeded(&self, email: &str) {
        self.lock().remove(email);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (u32, Timestamp)>> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
