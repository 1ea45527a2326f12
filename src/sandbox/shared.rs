//! What every request of one running sandbox shares.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::state::State;

/// The state behind its lock, and what wakes the tasks around it.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    /// Rung when there may be something to deliver.
    pub(crate) queued: Notify,
    /// Rung when an attempt at a delivery has ended.
    pub(crate) attempted: Notify,
    /// Cancelled when the sandbox stops.
    pub(crate) stop: CancellationToken,
    /// The client that delivers webhooks.
    pub(crate) client: reqwest::Client,
}

impl Shared {
    /// An empty sandbox whose hosted pages are under `base`.
    pub(crate) fn new(base: String) -> Result<Shared, reqwest::Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(10))
            .no_proxy()
            .build()?;
        Ok(Shared {
            state: Mutex::new(State::new(base)),
            queued: Notify::new(),
            attempted: Notify::new(),
            stop: CancellationToken::new(),
            client,
        })
    }

    /// The state, for work that does not wait on anything.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state with everything due carried out: what a request should see. Ring `queued` after.
    pub(crate) fn current(&self) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        super::time::catch_up(&mut state);
        state
    }
}
