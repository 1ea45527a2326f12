//! The portal's time.

use crate::model::Timestamp;
use chrono::{SubsecRound, Utc};

/// What time it is, to the microsecond: as precise as both databases keep it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock;

impl Clock {
    pub fn now(&self) -> Timestamp {
        Utc::now().trunc_subsecs(6)
    }
}
