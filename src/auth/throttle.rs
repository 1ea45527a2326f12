//! Slows down guessing: after ten wrong passwords for an email, it must wait.

use crate::model::Timestamp;
use chrono::TimeDelta;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const FAILURES: u32 = 10;
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Beyond so many emails the old ones are dropped, so that the table can't be made to grow.
const EMAILS: usize = 10_000;

/// Failed attempts by email, in this process.
#[derive(Default)]
pub struct Throttle {
    failures: Mutex<HashMap<String, (u32, Timestamp)>>,
}

impl Throttle {
    pub fn may_try(&self, email: &str, now: Timestamp) -> bool {
        match self.lock().get(email) {
            Some((count, since)) => *count < FAILURES || now - *since >= WINDOW,
            None => true,
        }
    }

    pub fn failed(&self, email: &str, now: Timestamp) {
        let mut failures = self.lock();
        if failures.len() >= EMAILS {
            failures.retain(|_, (_, since)| now - *since < WINDOW);
        }
        let entry = failures.entry(email.to_owned()).or_insert((0, now));
        if now - entry.1 >= WINDOW {
            *entry = (0, now);
        }
        entry.0 += 1;
    }

    pub fn succeeded(&self, email: &str) {
        self.lock().remove(email);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (u32, Timestamp)>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
