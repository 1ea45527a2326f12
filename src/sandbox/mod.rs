//! A stateful Stripe emulator: a server of its own on a loopback port.
//!
//! It lets an operator try the whole lifecycle, a developer work offline, and the tests talk to
//! something that keeps state. `protocol` speaks Stripe's HTTP, `resources` implements each endpoint,
//! `objects` builds what they return; the files beside them hold the behaviour that no single endpoint
//! owns (time, invoices, completing a Checkout, delivering events), and `pages` the hosted pages.

mod attaching;
mod calendar;
mod card_form;
mod cards;
mod catalogue;
mod charge;
mod checkout;
mod checkout_totals;
mod clock;
mod collecting;
mod connection;
mod delivery;
mod discounts;
mod due;
mod ending;
mod ids;
mod invoicing;
mod kept;
mod money;
mod objects;
mod pages;
mod payment;
mod periods;
mod pricing;
mod proration;
mod protocol;
mod resources;
mod retries;
mod setting_up;
mod shared;
mod signature;
mod state;
mod status;
mod store;
mod subscribing;
mod tax;
mod time;
mod updating;
mod value;

use dioxus::server::axum;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use clock::SandboxClock;
use kept::File;
pub use protocol::form::{FormError, decode as decode_form};
use shared::Shared;
use state::State;

/// The Stripe API version of every response and event.
pub const API_VERSION: &str = "2026-09-30.endive";

/// What a sandbox needs to start.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// Where to listen. Must be a loopback address; port 0 takes any free port.
    pub addr: SocketAddr,
    /// A webhook endpoint to register before the first request.
    pub webhook: Option<WebhookTarget>,
    /// The file to keep the state in, so that the next start resumes from it; `None` keeps it in
    /// memory.
    pub state: Option<PathBuf>,
    /// Whether to discard what the file holds first.
    pub anew: bool,
    /// Whether a new sandbox starts like a new Stripe account, without plan and configuration.
    pub empty: bool,
}

/// A Stripe webhook endpoint: where events go, and the secret that signs them.
#[derive(Clone, Debug)]
pub struct WebhookTarget {
    /// The URL that events are posted to.
    pub url: String,
    /// The signing secret, `whsec_…` by custom.
    pub secret: String,
    /// The event types that it is sent; `*` for all.
    pub enabled_events: &'static [&'static str],
}

/// Why a sandbox did not start.
#[derive(Debug, Error)]
pub enum SandboxError {
    /// The address is reachable from other machines.
    #[error("the Stripe sandbox only listens on a loopback address, not on {0}: use 127.0.0.1")]
    NotLoopback(SocketAddr),
    /// Another program listens there.
    #[error(
        "port {} is in use: stop the program that has it, or choose another port for the Stripe sandbox (SANDBOX_PORT)",
        .0.port()
    )]
    PortInUse(SocketAddr),
    /// The address could not be bound for another reason.
    #[error("the Stripe sandbox cannot listen on {addr}: {source}")]
    Listen {
        /// The address asked for.
        addr: SocketAddr,
        /// The system's error.
        source: std::io::Error,
    },
    /// A configured URL is not an http or https URL.
    #[error("{0:?} is not an http or https URL: correct it in the Stripe sandbox's configuration")]
    Url(String),
    /// Another sandbox has the state file open.
    #[error("{} is in use by another Stripe sandbox: stop that one first", .0.display())]
    StateInUse(PathBuf),
    /// The state file could not be opened or created.
    #[error("the Stripe sandbox cannot keep its state in {}: {reason}", .path.display())]
    StateUnusable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        reason: String,
    },
    /// The state file is damaged, or of another version.
    #[error(
        "the Stripe sandbox cannot read its state from {} ({reason}): remove that file to start afresh",
        .path.display()
    )]
    StateUnreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The client that delivers webhooks could not be made.
    #[error("the Stripe sandbox cannot make an HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// A running sandbox. It stops when dropped, or in an orderly way with [`Sandbox::stop`].
#[derive(Debug)]
pub struct Sandbox {
    url: String,
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a sandbox: unless it is to be empty, with the demo catalogue (product "AI Employee Plan",
    /// lookup key `ai_employee_monthly`) and a default Billing Portal configuration.
    ///
    /// # Errors
    /// If the address is not loopback or is taken, a configured URL is not valid, or the state file
    /// cannot be used.
    pub async fn start(config: SandboxConfig) -> Result<Sandbox, SandboxError> {
        if !config.addr.ip().is_loopback() {
            return Err(SandboxError::NotLoopback(config.addr));
        }
        if let Some(hook) = &config.webhook {
            check_url(&hook.url)?;
        }
        let listener = TcpListener::bind(config.addr)
            .await
            .map_err(|source| listen_error(config.addr, source))?;
        let bound = listener.local_addr().map_err(|source| listen_error(config.addr, source))?;
        let url = format!("http://{bound}");
        let mut state = State::new(url.clone());
        let file =
            config.state.map(|path| File::open(&path, config.anew, &mut state)).transpose()?;
        let shared = Arc::new(Shared::new(state, file)?);
        {
            let mut state = shared.lock();
            if state.store.is_empty() {
                catalogue::seed(&mut state, config.empty);
            }
            if let Some(hook) = &config.webhook {
                catalogue::register_webhook(&mut state, hook);
            }
        }

        let stop = shared.stop.clone();
        let app = pages::router(Arc::clone(&shared))
            .into_make_service_with_connect_info::<connection::Connection>();
        let serve_stop = stop.clone();
        let serving = tokio::spawn(async move {
            let served = axum::serve(connection::Listener(listener), app)
                .with_graceful_shutdown(serve_stop.cancelled_owned())
                .await;
            if let Err(error) = served {
                tracing::error!(%error, "sandbox: the server ended");
            }
        });
        let delivering = tokio::spawn(delivery::run(Arc::clone(&shared), stop.clone()));
        let ticking = tokio::spawn(clock::keep(Arc::clone(&shared), stop));
        Ok(Sandbox { url, shared, tasks: vec![serving, delivering, ticking] })
    }

    /// The base URL, without a trailing slash: what a Stripe client takes as its API base.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its clock, which a test clock or the control page moves.
    pub fn clock(&self) -> SandboxClock {
        SandboxClock::new(Arc::clone(&self.shared))
    }

    /// Stops serving and delivering; waits up to two seconds for requests in progress.
    pub async fn stop(mut self) {
        self.shared.stop.cancel();
        for mut task in std::mem::take(&mut self.tasks) {
            if tokio::time::timeout(std::time::Duration::from_secs(2), &mut task).await.is_err() {
                task.abort();
            }
        }
        self.shared.close();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.shared.stop.cancel();
    }
}

fn listen_error(addr: SocketAddr, source: std::io::Error) -> SandboxError {
    if source.kind() == std::io::ErrorKind::AddrInUse {
        SandboxError::PortInUse(addr)
    } else {
        SandboxError::Listen { addr, source }
    }
}

fn check_url(url: &str) -> Result<(), SandboxError> {
    match reqwest::Url::parse(url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") && parsed.has_host() => Ok(()),
        _ => Err(SandboxError::Url(url.to_owned())),
    }
}
