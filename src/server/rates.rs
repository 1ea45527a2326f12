//! Rate limits per session and per address. Rejects requests beyond them, with the time to retry,
//! before any work is done.

use crate::api::ApiError;
use crate::auth::Cookie;
use crate::config::Limits;
use crate::model::ErrorCode;
use crate::server::client_address::ClientAddress;
use crate::server::health;
use crate::webhooks;
use dioxus::fullstack::StatusCode;
use dioxus::server::axum::extract::{Request, State};
use dioxus::server::axum::middleware::Next;
use dioxus::server::axum::response::{AppendHeaders, IntoResponse, Response};
use dioxus::server::http::HeaderMap;
use dioxus::server::http::header::RETRY_AFTER;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The burst allowed after a pause: as many requests as in this time.
const BURST: Duration = Duration::from_secs(10);
/// Beyond this many keys the table starts over, so that it can't be made to grow.
const NAMES: usize = 100_000;

/// The rate limits of this process. Cheap to clone.
#[derive(Clone)]
pub struct Rates(Arc<Tables>);

struct Tables {
    addresses: Option<Table<IpAddr>>,
    /// Counts rejected requests of programs, such as those without a valid signature or token.
    refused: Option<Table<IpAddr>>,
    sessions: Option<Table<u64>>,
    /// On https the session cookie has another name.
    secure: bool,
    /// Whether requests from the machine itself are exempt.
    exempts_this_machine: bool,
    /// Session tokens are not kept, only hashes that nobody else can compute.
    hasher: RandomState,
}

impl Rates {
    /// `secure` says whether the portal uses https, `at_home` whether its address is the machine's own:
    /// requests that come from the machine itself are then a developer's or a benchmark's, and else
    /// may be anybody's, passed on by a proxy beside it.
    pub fn new(limits: &Limits, secure: bool, at_home: bool) -> Self {
        Self(Arc::new(Tables {
            addresses: Table::new(limits.requests_per_address),
            refused: Table::new(limits.requests_per_address),
            sessions: Table::new(limits.requests_per_session),
            secure,
            exempts_this_machine: at_home,
            hasher: RandomState::new(),
        }))
    }

    /// Counts a program's rejected request.
    fn count_refused(&self, address: ClientAddress) {
        if let Some(table) = &self.0.refused {
            let _ = table.count(address.network(), Instant::now());
        }
    }

    /// How long an address must wait after too many rejections.
    fn wait(&self, address: ClientAddress) -> Result<(), Duration> {
        let Some(table) = &self.0.refused else { return Ok(()) };
        table.room(address.network(), Instant::now()).map(|_| ())
    }

    /// Counts a request; the error is how long to wait.
    fn count(&self, address: ClientAddress, session: Option<&str>) -> Result<(), Duration> {
        let now = Instant::now();
        if let Some(table) = &self.0.addresses {
            table.count(address.network(), now)?;
        }
        if let (Some(table), Some(session)) = (&self.0.sessions, session) {
            table.count(self.0.hasher.hash_one(session), now)?;
        }
        Ok(())
    }
}

/// Returns 429 beyond the limit.
pub async fn limit(
    State(rates): State<Rates>,
    address: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let exempt = rates.0.exempts_this_machine && is_this_machine(address, request.headers());
    if exempt || health::PATHS.contains(&path) {
        return next.run(request).await;
    }
    if path == webhooks::PATH || is_about_entitlements(path) {
        return of_a_program(&rates, address, request, next).await;
    }
    let session = Cookie::SESSION.read(request.headers(), rates.0.secure);
    match rates.count(address, session) {
        Ok(()) => next.run(request).await,
        Err(wait) => too_many(wait),
    }
}

/// Whether this is `/api/entitlements/{tenant_id}`. Other paths below it are answered 404 to anybody.
fn is_about_entitlements(path: &str) -> bool {
    let tenant_id = path.strip_prefix("/api/entitlements/");
    tenant_id.is_some_and(|id| !id.is_empty() && !id.contains('/'))
}

/// Whether no proxy has passed this on for somebody else.
fn is_this_machine(address: ClientAddress, headers: &HeaderMap) -> bool {
    let forwarded = ["x-forwarded-for", "forwarded"].iter().any(|name| headers.contains_key(*name));
    address.0.is_loopback() && !forwarded
}

/// Stripe and the SaaS's own programs are not limited as long as their signature or token is accepted.
async fn of_a_program(
    rates: &Rates,
    address: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    if let Err(wait) = rates.wait(address) {
        return too_many(wait);
    }
    let response = next.run(request).await;
    let status = response.status();
    // An unknown tenant is no sign of a forged token.
    if status.is_client_error() && status != StatusCode::NOT_FOUND {
        rates.count_refused(address);
    }
    response
}

fn too_many(wait: Duration) -> Response {
    let error = ApiError::new(
        StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::TooManyRequests,
        "You are asking too often. Wait a moment, then try again.",
    );
    let seconds = wait.as_secs() + 1;
    (AppendHeaders([(RETRY_AFTER, seconds.to_string())]), error).into_response()
}

/// A leaky bucket per key, which drains at the rate and holds a [`BURST`]. Only the time when it will
/// be empty is stored.
struct Table<K> {
    /// What one request adds.
    each: Duration,
    empty_at: Mutex<HashMap<K, Instant>>,
}

impl<K: Eq + Hash> Table<K> {
    /// `None` for no limit.
    fn new(per_second: u32) -> Option<Self> {
        let each = Duration::from_secs(1).checked_div(per_second)?;
        Some(Self { each, empty_at: Mutex::default() })
    }

    fn count(&self, name: K, now: Instant) -> Result<(), Duration> {
        let mut table = self.table();
        if table.len() >= NAMES {
            table.retain(|_, empty_at| *empty_at > now);
        }
        if table.len() >= NAMES {
            table.clear();
        }
        let empty_at = table.entry(name).or_insert(now);
        *empty_at = self.filled(*empty_at, now)?;
        Ok(())
    }

    /// Whether there is room for one more request; the error is how long until there is.
    fn room(&self, name: K, now: Instant) -> Result<Instant, Duration> {
        self.filled(self.table().get(&name).copied().unwrap_or(now), now)
    }

    /// When a bucket will be empty after one more request.
    fn filled(&self, empty_at: Instant, now: Instant) -> Result<Instant, Duration> {
        let filled = empty_at.max(now) + self.each;
        match (filled - now).checked_sub(BURST) {
            Some(over) if !over.is_zero() => Err(over),
            _ => Ok(filled),
        }
    }

    fn table(&self) -> MutexGuard<'_, HashMap<K, Instant>> {
        self.empty_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_and_then_as_much_as_the_rate_allows() {
        let table = Table::new(10).unwrap_or_else(|| panic!("a limit"));
        let start = Instant::now();
        let taken = (0..200).filter(|_| table.count("a", start).is_ok()).count();
        assert_eq!(taken, 100);
        assert_eq!(table.count("a", start), Err(Duration::from_millis(100)));
        assert_eq!(table.count("b", start), Ok(()));
        let later = start + Duration::from_secs(1);
        let taken = (0..200).filter(|_| table.count("a", later).is_ok()).count();
        assert_eq!(taken, 10);
    }

    #[test]
    fn the_table_does_not_grow_for_ever() {
        let table = Table::new(1).unwrap_or_else(|| panic!("a limit"));
        let now = Instant::now();
        for name in 0..=NAMES {
            assert_eq!(table.count(name, now), Ok(()));
        }
        let held = table.empty_at.lock().map(|table| table.len());
        assert_eq!(held.ok(), Some(1));
    }

    #[test]
    fn no_limit_counts_nothing() {
        assert!(Table::<u64>::new(0).is_none());
    }
}
