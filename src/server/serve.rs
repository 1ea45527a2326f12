//! Startup and shutdown: database, Stripe or its sandbox, the inbox's worker, the web server.

use crate::auth::Auth;
use crate::billing::Billing;
use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::sandbox::{Sandbox, SandboxError};
use crate::server::accept::Door;
use crate::server::connect::{Connection, connect};
use crate::server::entitlements::ServiceTokens;
use crate::server::events::Streams;
use crate::server::leaving::{Leaving, StopSignals};
use crate::server::policy::Policy;
use crate::server::pressure::Places;
use crate::server::rates::Rates;
use crate::server::router::{Services, router};
use crate::server::single_sign_on::SingleSignOn;
use crate::server::{demo, jobs};
use crate::store::{Db, StoreError};
use crate::stripe::{GatewayError, Stripe};
use crate::webhooks::{Inbox, Intake};
use std::fmt::Display;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long requests in flight may take once the port is closed. Whatever is cut off can be retried, as
/// after a crash. Orchestrators kill after 30 seconds by default.
const STOP_PATIENCE: Duration = Duration::from_secs(20);
const LAST_BYTES: Duration = Duration::from_secs(1);

/// Why the portal can't start, in one line that says what to change.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Configuration(#[from] ConfigError),
    #[error("{addr} can't be used: {error}. Set PORT (and IP) to a free one.")]
    Address { addr: SocketAddr, error: std::io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error("Stripe can't be used: {0}")]
    Stripe(#[from] GatewayError),
    #[error("METRICS_ADDR={addr} can't be used: {error}. Name a free one.")]
    MetricsAddress { addr: SocketAddr, error: std::io::Error },
    #[error("metrics can't be counted: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
    #[error("signals can't be handled: {0}")]
    Signals(std::io::Error),
    #[error("the demo can't be made: {0}")]
    Demo(String),
}

impl StartError {
    pub(super) fn demo(error: impl Display) -> Self {
        Self::Demo(error.to_string())
    }
}

/// A running portal.
pub struct Portal {
    /// Its address, `http://…`, without a trailing slash.
    pub url: String,
    /// The sandbox's address, if it runs on one.
    pub sandbox_url: Option<String>,
    /// Whether one can sign in as the demo's owner.
    has_demo: bool,
    pub db: Db,
    pub billing: Billing,
    /// The secrets that sign its webhooks.
    pub webhook_secrets: Arc<[String]>,
    sandbox: Option<Sandbox>,
    leaving: Leaving,
    drain: Duration,
    stop: CancellationToken,
    tasks: TaskTracker,
    serving: JoinHandle<()>,
}

/// Starts the portal; it is serving when this returns. Needs a multi-threaded runtime.
pub async fn start(config: Config) -> Result<Portal, StartError> {
    start_at(config, Clock::default()).await
}

/// Like [`start`], if Stripe's time isn't the wall clock's: a sandbox elsewhere, whose clock was moved.
/// The portal's own sandbox has its own clock.
pub async fn start_at(config: Config, stripe_time: Clock) -> Result<Portal, StartError> {
    let db = open(&config.database_url).await?;
    let (listener, url) = listen(config.addr).await?;
    let connection = connect(&config, &url, stripe_time, &db).await?;
    let has_demo = connection.settle_demo(&db, &Clock::default()).await?;
    let stop = CancellationToken::new();
    let services = services(&config, &db, &connection, &url, &stop)?;
    let (billing, leaving) = (services.billing.clone(), services.leaving.clone());
    let tasks = jobs::spawn(&config, &services, &stop).await?;
    let door = Door::new(config.limits, services.proxies.clone());
    let serving = tokio::spawn(door.serve(listener, router(services), stop.clone()));
    Ok(Portal {
        url,
        sandbox_url: connection.sandbox_url(),
        has_demo,
        db,
        billing,
        webhook_secrets: connection.webhook_secrets,
        sandbox: connection.sandbox,
        leaving,
        drain: config.drain,
        stop,
        tasks,
        serving,
    })
}

/// Opens the database, and migrates it.
async fn open(url: &str) -> Result<Db, StoreError> {
    let db = Db::open(url).await?;
    let applied = db.migrate().await?;
    if !applied.is_empty() {
        tracing::info!(?applied, "migrated");
    }
    Ok(db)
}

/// Binds a listener, and returns it with its URL.
async fn listen(addr: SocketAddr) -> Result<(TcpListener, String), StartError> {
    let unusable = |error| StartError::Address { addr, error };
    let listener = TcpListener::bind(addr).await.map_err(unusable)?;
    let url = format!("http://{}", listener.local_addr().map_err(unusable)?);
    Ok((listener, url))
}

/// Builds what the portal that listens at `url` needs to answer requests.
fn services(
    config: &Config,
    db: &Db,
    connection: &Connection,
    url: &str,
    stop: &CancellationToken,
) -> Result<Services, StartError> {
    let wall = Clock::default();
    let portal_url = config.portal_url.clone().unwrap_or_else(|| url.to_owned());
    let secure = portal_url.starts_with("https://");
    let stripe = Arc::new(Stripe::new(&connection.stripe)?);
    let single_sign_on = SingleSignOn::new(config.oidc.as_ref(), &portal_url)?;
    let settings = config.settings(portal_url);
    let billing = Billing::new(db.clone(), stripe, connection.clock.clone(), settings);
    let idle = config.access.session_idle;
    let token = config.entitlements_token.as_deref();
    // Another server that speaks Stripe's protocol serves its hosted pages itself.
    let hosted = connection.stripe.api_base.iter().chain(&config.hosted_pages);
    Ok(Services {
        db: db.clone(),
        auth: Auth::new(db.clone(), wall.clone(), idle, secure, connection.sandbox_url()),
        billing,
        inbox: Inbox {
            intake: Intake::new(db.clone(), wall.clone()),
            secrets: connection.webhook_secrets.clone(),
            arrived: Arc::default(),
        },
        tokens: ServiceTokens::new(token, db.clone(), wall),
        single_sign_on,
        streams: Streams::until(stop.clone()),
        leaving: Leaving::default(),
        policy: Policy::new(secure, hosted.map(String::as_str)),
        rates: Rates::new(&config.limits, secure, config.is_at_home()),
        places: Places::new(config.limits.requests_at_once),
        proxies: config.access.trusted_proxies.clone(),
    })
}

impl Portal {
    /// Gives a load balancer time to look elsewhere, then stops accepting requests, finishes those in
    /// flight, and finishes what the worker has claimed or gives it back.
    pub async fn stop(self) {
        self.leaving.begun.cancel();
        sleep(self.drain).await;
        self.stop.cancel();
        self.leaving.requests.close();
        let finish = async {
            self.leaving.requests.wait().await;
            self.tasks.wait().await;
        };
        if timeout(STOP_PATIENCE, finish).await.is_err() {
            tracing::warn!("not all requests were done in time");
        }
        // Only idle connections and last bytes are left.
        let _ = timeout(LAST_BYTES, self.serving).await;
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await;
        }
    }
}

/// Serves until the process is told to stop.
pub async fn run(config: Config) -> Result<(), StartError> {
    let portal = start(config).await?;
    println!("The portal is at {}", portal.url);
    if let Some(sandbox_url) = &portal.sandbox_url {
        println!("It runs on its own Stripe sandbox at {sandbox_url}: no real money moves.");
    }
    if portal.has_demo {
        println!("Sign in as {} with the password {}", demo::EMAIL, demo::PASSWORD);
    }
    let mut signals = StopSignals::new().map_err(StartError::Signals)?;
    signals.next().await;
    tracing::info!("stopping; once more stops at once");
    tokio::select! {
        () = portal.stop() => {}
        () = signals.next() => tracing::warn!("stopped at once"),
    }
    Ok(())
}
