//! `GET /api/portal/billing/events`: server-sent events, one whenever a page of the tenant would show
//! something new. An event says no more than the revision: whoever has an older one reads again.

use crate::api::ApiError;
use crate::auth::{AuthError, Session};
use crate::model::{OnTenant, TenantId};
use crate::store::{Db, Watch};
use dioxus::fullstack::StatusCode;
use dioxus::server::axum::Extension;
use dioxus::server::axum::extract::Query;
use dioxus::server::axum::response::sse::{Event, KeepAlive, Sse};
use dioxus::server::axum::response::{AppendHeaders, IntoResponse, Response};
use dioxus::server::http::HeaderName;
use dioxus::server::http::header::{CACHE_CONTROL, RETRY_AFTER};
use futures_util::{StreamExt, stream};
use serde_json::json;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How many streams a process has open at most.
const STREAMS: usize = 10_000;
/// How long whoever came too late should wait, in seconds.
const TOO_MANY_PAUSE: &str = "30";
/// The shortest time between two events of a stream: what happens in it is told as one.
const GAP: Duration = Duration::from_millis(200);
/// How often a stream looks although nobody told of a change: another process may have made one, and
/// the session may be over.
const LOOK: Duration = Duration::from_secs(5);
/// A proxy takes a stream that is silent for longer for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// When the browser comes back after a stream broke.
const RETRY: Duration = Duration::from_secs(1);
/// nginx and those like it hold answers back without this.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The places for streams, and what ends them all. Cheap to clone.
#[derive(Clone)]
pub struct Streams {
    places: Arc<Semaphore>,
    stop: CancellationToken,
}

impl Streams {
    /// Streams that end when the portal stops.
    pub fn until(stop: CancellationToken) -> Self {
        Self { places: Arc::new(Semaphore::new(STREAMS)), stop }
    }

    /// A place, free again when it is dropped.
    fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }
}

/// One open stream.
struct Stream {
    session: Session,
    tenant_id: TenantId,
    watch: Watch,
    /// What the reader knows.
    revision: i64,
    _place: OwnedSemaphorePermit,
}

/// Answers with the revision at once, and then with each newer one, until the session is over or the
/// portal stops.
pub async fn events(
    Extension(db): Extension<Db>,
    Extension(streams): Extension<Streams>,
    session: Session,
    Query(OnTenant { tenant_id }): Query<OnTenant>,
) -> Result<Response, ApiError> {
    let Some(place) = streams.place() else { return Ok(too_many()) };
    session.reader(&tenant_id).await?;
    let watch = db.changes.watch(&tenant_id);
    let revision = session.revision(&tenant_id).await?.ok_or(AuthError::NoSuchTenant)?;
    let stream = Stream { session, tenant_id, watch, revision, _place: place };
    let first = stream::once(ready(event(revision).map(|event| event.retry(RETRY))));
    let rest = stream::unfold(stream, async |mut stream| {
        let revision = stream.next().await?;
        Some((event(revision), stream))
    });
    let all = first.chain(rest).take_until(streams.stop.cancelled_owned());
    let all = Sse::new(all).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    Ok(([(CACHE_CONTROL, "no-store"), (ACCEL_BUFFERING, "no")], all).into_response())
}

impl Stream {
    /// The next revision that the reader doesn't know; `None` when there will be no more.
    async fn next(&mut self) -> Option<i64> {
        loop {
            sleep(GAP).await;
            let _ = timeout(LOOK, self.watch.changed()).await;
            match self.session.revision(&self.tenant_id).await {
                Ok(Some(revision)) if revision == self.revision => {}
                Ok(Some(revision)) => {
                    self.revision = revision;
                    return Some(revision);
                }
                Ok(None) => return None,
                // The reader still has what it had, and the next look may succeed. Every open
                // stream comes here while the database is away: too many for the log.
                Err(error) => tracing::debug!(%error, "a revision could not be read"),
            }
        }
    }
}

fn event(revision: i64) -> Result<Event, dioxus::server::axum::Error> {
    Event::default()
        .id(revision.to_string())
        .event("tenant")
        .json_data(json!({"revision": revision}))
}

fn too_many() -> Response {
    let error = ApiError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too_many_streams",
        "Too many pages are being kept up to date at once. Ask for the tenant itself meanwhile, and \
         try again later.",
    );
    (AppendHeaders([(RETRY_AFTER, TOO_MANY_PAUSE)]), error).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_once_its_stream_is_closed() {
        let streams =
            Streams { places: Arc::new(Semaphore::new(1)), stop: CancellationToken::new() };
        let place = streams.place();
        assert!(place.is_some());
        assert!(streams.clone().place().is_none());
        drop(place);
        assert!(streams.place().is_some());
    }

    #[test]
    fn whoever_comes_too_late_is_told_when_to_come_back() {
        let answer = too_many();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()[RETRY_AFTER], TOO_MANY_PAUSE);
    }
}
