//! For load balancers: alive, and ready to serve.

use crate::api::ApiError;
use crate::server::leaving::Leaving;
use crate::store::Db;
use dioxus::fullstack::StatusCode;
use dioxus::server::axum::Extension;
use dioxus::server::axum::response::IntoResponse;

/// The process answers.
pub async fn healthz() -> &'static str {
    "ok"
}

/// The database answers and has every migration, and the portal is not being stopped.
pub async fn readyz(
    Extension(db): Extension<Db>,
    Extension(leaving): Extension<Leaving>,
) -> Result<&'static str, impl IntoResponse> {
    let not_ready = |message: &str| {
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", message.to_owned())
    };
    if leaving.begun.is_cancelled() {
        return Err(not_ready("the portal is being stopped"));
    }
    match db.is_migrated().await {
        Ok(true) => Ok("ready"),
        Ok(false) => Err(not_ready("migrations are missing: run `portal migrate`")),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Err(not_ready("the database does not answer"))
        }
    }
}
