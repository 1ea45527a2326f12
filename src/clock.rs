//! The portal's time.

use crate::model::Timestamp;
use chrono::{SubsecRound, Utc};
use std::sync::Arc;

/// The current time, to the microsecond: as precisely as both databases store it.
///
/// Sessions, retries and signatures go by the wall clock. What is billed goes by Stripe's time,
/// which in a sandbox can be moved.
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<dyn Fn() -> Timestamp + Send + Sync>>);

impl Clock {
    /// A clock that shows another's time.
    pub fn following(other: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(other)))
    }

    pub fn now(&self) -> Timestamp {
        let now = self.0.as_ref().map_or_else(Utc::now, |other| other());
        now.trunc_subsecs(6)
    }
}
