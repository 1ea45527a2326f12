//! What every request of one running sandbox shares.

use crate::sandbox::kept::{self, File};
use crate::sandbox::state::State;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The state behind its lock, and what wakes the tasks around it.
#[derive(Debug)]
pub struct Shared {
    inside: Mutex<Inside>,
    /// Notified when there may be something to deliver.
    pub queued: Notify,
    /// Notified when a delivery attempt has ended.
    pub attempted: Notify,
    /// Cancelled when the sandbox stops.
    pub stop: CancellationToken,
    /// The client that delivers webhooks.
    pub client: reqwest::Client,
}

#[derive(Debug)]
struct Inside {
    state: State,
    /// Where the state is kept; `None` keeps it in memory.
    file: Option<File>,
}

impl Shared {
    /// Shares this state, and keeps it in the file from now on.
    pub fn new(state: State, file: Option<File>) -> Result<Shared, reqwest::Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(10))
            .no_proxy()
            .build()?;
        Ok(Shared {
            inside: Mutex::new(Inside { state, file }),
            queued: Notify::new(),
            attempted: Notify::new(),
            stop: CancellationToken::new(),
            client,
        })
    }

    /// Locks the state, for work that does not await. Changes are kept when the guard is dropped.
    pub fn lock(&self) -> Guard<'_> {
        Guard(self.inside.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Locks the state with everything due carried out, for a request to see. Notify `queued` after.
    pub fn current(&self) -> Guard<'_> {
        let mut state = self.lock();
        super::time::catch_up(&mut state);
        state
    }

    /// Closes the file, so that the next sandbox can open it.
    pub fn close(&self) {
        self.lock().0.file = None;
    }
}

/// The locked state. Dropping it keeps what was changed before the lock is released.
pub struct Guard<'a>(MutexGuard<'a, Inside>);

impl Deref for Guard<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0.state
    }
}

impl DerefMut for Guard<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.0.state
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        let Inside { state, file } = &mut *self.0;
        match file {
            Some(file) => file.keep(state),
            None => kept::settle(state),
        }
    }
}
