//! The clock every time in the sandbox comes from: wall time, moved forward by an offset, and held
//! still while the moments in between are carried out.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::shared::Shared;

/// The sandbox's clock, in Unix seconds.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Clock {
    offset: i64,
    held: Option<i64>,
}

impl Clock {
    /// The time now.
    pub(crate) fn now(&self) -> i64 {
        self.held.unwrap_or_else(|| wall() + self.offset)
    }

    /// How far ahead of the wall clock it stands, in seconds.
    pub(crate) fn offset(&self) -> i64 {
        self.offset
    }

    /// Stands still at a moment.
    pub(crate) fn hold(&mut self, at: i64) {
        self.held = Some(at);
    }

    /// Runs again, from a moment on.
    pub(crate) fn release(&mut self, at: i64) {
        self.held = None;
        self.offset = at - wall();
    }

    /// Runs again, where it would be had it not been held.
    pub(crate) fn resume(&mut self) {
        self.held = None;
    }
}

/// Wall time in Unix seconds: what signatures carry, wherever the clock stands.
pub(crate) fn wall() -> i64 {
    chrono::Utc::now().timestamp()
}

/// Carries out what falls due while nobody asks, until stopped.
pub(crate) async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
        drop(shared.current());
        shared.queued.notify_one();
    }
}
