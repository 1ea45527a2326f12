//! Health for load balancers: alive, and ready. Readiness asks the database at most twice a second;
//! callers in between share the answer.

use crate::api::ApiError;
use crate::model::ErrorCode;
use crate::server::leaving::Leaving;
use crate::store::{Db, StoreResult};
use dioxus::fullstack::StatusCode;
use dioxus::server::axum::Extension;
use dioxus::server::axum::response::IntoResponse;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// The paths of [`healthz`] and [`readyz`].
pub const HEALTHZ: &str = "/healthz";
pub const READYZ: &str = "/readyz";
/// The paths that load balancers poll.
pub const PATHS: [&str; 2] = [HEALTHZ, READYZ];

/// How long the database's answer is shared.
const GOOD_FOR: Duration = Duration::from_millis(500);

/// Whether the database is ready, asked on demand and by one caller at a time. Cheap to clone.
#[derive(Clone)]
pub struct Readiness {
    db: Db,
    last: Arc<Mutex<Option<(Instant, Condition)>>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    Ready,
    Unmigrated,
    Away,
}

impl Readiness {
    pub fn new(db: Db) -> Self {
        Self { db, last: Arc::default() }
    }

    async fn condition(&self) -> Condition {
        let mut last = self.last.lock().await;
        if let Some((asked, condition)) = *last
            && asked.elapsed() < GOOD_FOR
        {
            return condition;
        }
        let answer = self.db.is_migrated().await;
        let condition = match &answer {
            Ok(true) => Condition::Ready,
            Ok(false) => Condition::Unmigrated,
            Err(_) => Condition::Away,
        };
        let before = last.replace((Instant::now(), condition)).map(|(_, condition)| condition);
        if before.unwrap_or(Condition::Ready) != condition {
            tell(&answer);
        }
        condition
    }
}

fn tell(answer: &StoreResult<bool>) {
    match answer {
        Ok(true) => tracing::info!("ready again"),
        Ok(false) => tracing::warn!("not ready: migrations are missing"),
        Err(error) => tracing::warn!(%error, "not ready"),
    }
}

/// The process is alive.
pub async fn healthz() -> &'static str {
    "ok"
}

/// The database responds and is fully migrated, and the portal is not shutting down.
pub async fn readyz(
    Extension(readiness): Extension<Readiness>,
    Extension(leaving): Extension<Leaving>,
) -> Result<&'static str, impl IntoResponse> {
    let not_ready = |message: &str| {
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::NotReady, message.to_owned())
    };
    if leaving.begun.is_cancelled() {
        return Err(not_ready("the portal is being stopped"));
    }
    match readiness.condition().await {
        Condition::Ready => Ok("ready"),
        Condition::Unmigrated => Err(not_ready("migrations are missing: run `portal migrate`")),
        Condition::Away => Err(not_ready("the database does not answer")),
    }
}
