//! The clock behind the sandbox's times. It runs at an offset from the wall clock, or is frozen like
//! Stripe's test clocks; while due events are carried out it is held at the time of each.

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

    /// The time now, with the wall clock's precision.
    fn instant(&self) -> DateTime<Utc> {
        let frozen = self.frozen.and_then(|at| DateTime::from_timestamp(at, 0));
        frozen.unwrap_or_else(|| Utc::now() + TimeDelta::seconds(self.offset))
    }

    /// How far it is ahead of the wall clock, in seconds.
    pub fn ahead(&self) -> i64 {
        self.now() - wall()
    }

    /// Whether it stands still between advances.
    pub fn is_frozen(&self) -> bool {
        self.frozen.is_some()
    }

    /// Stands at the time of a due event while that is carried out.
    pub fn hold(&mut self, at: i64) {
        self.held = Some(at);
    }

    /// Ends a hold: the clock goes on as if it had not been held.
    pub fn resume(&mut self) {
        self.held = None;
    }

    /// Moves to a time, and runs on from there unless it is frozen.
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

/// A running sandbox's clock, for a program that runs on its time.
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

/// Wall time in Unix seconds: what signatures carry, whatever the clock says.
pub fn wall() -> i64 {
    Utc::now().timestamp()
}

/// Carries out what falls due between requests, until stopped.
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
