//! The clock every time in the sandbox comes from. It runs with the wall clock, at some distance,
//! or it is frozen, as Stripe's test clocks are; and it is held still while the moments that lie in
//! between are carried out.

use crate::sandbox::shared::Shared;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The sandbox's clock, in Unix seconds.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Clock {
    /// How far a running clock is ahead of the wall clock.
    offset: i64,
    frozen: Option<i64>,
    #[serde(skip)]
    held: Option<i64>,
}

impl Clock {
    /// The time now.
    pub fn now(&self) -> i64 {
        self.held.or(self.frozen).unwrap_or_else(|| wall() + self.offset)
    }

    /// The time now, as finely as the wall clock gives it.
    fn instant(&self) -> DateTime<Utc> {
        let frozen = self.frozen.and_then(|at| DateTime::from_timestamp(at, 0));
        frozen.unwrap_or_else(|| Utc::now() + TimeDelta::seconds(self.offset))
    }

    /// How far ahead of the wall clock it is, in seconds.
    pub fn ahead(&self) -> i64 {
        self.now() - wall()
    }

    /// Whether it stands still between advances.
    pub fn is_frozen(&self) -> bool {
        self.frozen.is_some()
    }

    /// Stands at a moment that is being carried out.
    pub fn hold(&mut self, at: i64) {
        self.held = Some(at);
    }

    /// Goes on, where it would be had it not been held.
    pub fn resume(&mut self) {
        self.held = None;
    }

    /// Moves to a moment, and runs on from there unless it is frozen.
    pub fn set(&mut self, to: i64) {
        self.held = None;
        match &mut self.frozen {
            Some(frozen) => *frozen = to,
            None => self.offset = to - wall(),
        }
    }

    /// Stands still from now on, until the next advance.
    pub fn freeze(&mut self) {
        self.frozen = Some(self.now());
    }

    /// Runs on with the wall clock, from where it stands.
    pub fn run(&mut self) {
        self.offset = self.ahead();
        self.frozen = None;
    }
}

/// A running sandbox's clock, for a program that wants to live in its time.
#[derive(Clone, Debug)]
pub struct SandboxClock(Arc<Shared>);

impl SandboxClock {
    pub fn new(shared: Arc<Shared>) -> SandboxClock {
        SandboxClock(shared)
    }

    /// The sandbox's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.lock().clock.instant()
    }
}

/// Wall time in Unix seconds: what signatures carry, wherever the clock stands.
pub fn wall() -> i64 {
    Utc::now().timestamp()
}

/// Carries out what falls due while nobody asks, until stopped.
pub async fn keep(shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
        drop(shared.current());
        shared.queued.notify_one();
    }
}
