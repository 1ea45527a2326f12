//! `GET /api/portal/billing/events`: server-sent events, one whenever a page of the tenant would show
//! something new. An event carries only the revision: clients with an older one read again.

use crate::api::{ApiError, Session};
use crate::auth::AuthError;
use crate::model::{ErrorCode, OnTenant, SessionId, TenantId};
use crate::server::per_key_limit::{Held, PerKeyLimit};
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

/// The most streams open at once, per process and per session.
const STREAMS: usize = 10_000;
const STREAMS_OF_A_SESSION: usize = 20;
/// `Retry-After` beyond these limits, in seconds.
const TOO_MANY_PAUSE: &str = "30";
/// The shortest time between two events of a stream; changes within it become one event.
const GAP: Duration = Duration::from_millis(200);
/// How often a stream checks without being notified: another process may have made a change, and the
/// session may be over.
const LOOK: Duration = Duration::from_secs(5);
/// Proxies give up on a stream that is silent for longer.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How soon the browser reconnects after a stream broke.
const RETRY: Duration = Duration::from_secs(1);
/// Without this, nginx and its like buffer the response.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The slots for streams, and what ends them all. Cheap to clone.
#[derive(Clone)]
pub struct Streams {
    places: Arc<Semaphore>,
    sessions: PerKeyLimit<SessionId>,
    stop: CancellationToken,
}

/// A slot for a stream, released on drop.
struct Place {
    _of_all: OwnedSemaphorePermit,
    _of_session: Held<SessionId>,
}

impl Streams {
    /// Slots for streams that end on `stop`.
    pub fn until(stop: CancellationToken) -> Self {
        let sessions = PerKeyLimit::new(STREAMS_OF_A_SESSION);
        Self { places: Arc::new(Semaphore::new(STREAMS)), sessions, stop }
    }

    fn place(&self, session: &SessionId) -> Option<Place> {
        let of_all = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let of_session = self.sessions.enter(session.clone())?;
        Some(Place { _of_all: of_all, _of_session: of_session })
    }
}

/// One open stream.
struct Stream {
    session: Session,
    tenant_id: TenantId,
    watch: Watch,
    /// The client's revision.
    revision: i64,
    _place: Place,
}

/// Sends the revision at once, and then each newer one, until the session is over or the portal stops.
pub async fn events(
    Extension(db): Extension<Db>,
    Extension(streams): Extension<Streams>,
    session: Session,
    Query(OnTenant { tenant_id }): Query<OnTenant>,
) -> Result<Response, ApiError> {
    let Some(place) = streams.place(session.id()) else { return Ok(too_many()) };
    session.may_follow(&tenant_id).await?;
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
    /// Waits for the next revision that the client doesn't have; `None` if there will be no more.
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
                // The client keeps what it has, and the next check may succeed. While the database is
                // away every open stream comes here: too many for the log.
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
        ErrorCode::TooManyStreams,
        "Too many pages are being kept up to date at once. Ask for the tenant itself meanwhile, and \
         try again later.",
    );
    (AppendHeaders([(RETRY_AFTER, TOO_MANY_PAUSE)]), error).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_session_leaves_room_for_others() {
        let streams = Streams::until(CancellationToken::new());
        let [one, other] = ["session_1", "session_2"].map(|id| id.parse().expect("an id"));
        let places: Vec<_> = (0..STREAMS_OF_A_SESSION + 1).map(|_| streams.place(&one)).collect();
        assert!(places.iter().flatten().count() == STREAMS_OF_A_SESSION);
        assert!(streams.place(&other).is_some());
        drop(places);
        assert!(streams.place(&one).is_some());
    }

    #[test]
    fn whoever_comes_too_late_is_told_when_to_come_back() {
        let answer = too_many();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()[RETRY_AFTER], TOO_MANY_PAUSE);
    }
}
