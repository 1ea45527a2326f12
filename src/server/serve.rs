//! Starting and stopping: database, Stripe or its sandbox, the inbox's worker, the web server.

use crate::auth::{Auth, Oidc};
use crate::billing::Billing;
use crate::clock::Clock;
use crate::config::{Config, ConfigError, StripeSource};
use crate::sandbox::{Sandbox, SandboxConfig, SandboxError, WebhookTarget};
use crate::server::accept::Door;
use crate::server::entitlements::ServiceTokens;
use crate::server::events::Streams;
use crate::server::leaving::{Leaving, StopSignals};
use crate::server::metrics::serve as serve_metrics;
use crate::server::policy::Policy;
use crate::server::pressure::Places;
use crate::server::rates::Rates;
use crate::server::router::Front;
use crate::server::single_sign_on::SingleSignOn;
use crate::server::{demo, prune, reconcile, router};
use crate::store::{Db, StoreError};
use crate::stripe::{GatewayError, Stripe, StripeConfig};
use crate::telemetry::Metrics;
use crate::webhooks::{Inbox, Intake, Worker};
use dioxus::server::axum::Extension;
use std::fmt::Display;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// How long the first start waits for the price before it goes on without.
const PRICE_PATIENCE: Duration = Duration::from_secs(2);
/// How long what is under way may take once the port is closed. Whatever is cut off then can be asked
/// for again, as after a crash. Orchestrators kill after 30 seconds by default.
const STOP_PATIENCE: Duration = Duration::from_secs(20);
const LAST_BYTES: Duration = Duration::from_secs(1);
/// How often the price is read again.
const PRICE_INTERVAL: Duration = Duration::from_secs(3600);

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
    /// Its address, `http://…`, without a slash at its end.
    pub url: String,
    /// The sandbox's address, where it runs on one.
    pub sandbox_url: Option<String>,
    /// Whether one can sign in as the demo's owner.
    has_demo: bool,
    pub db: Db,
    pub billing: Billing,
    /// What signs the webhooks it takes.
    pub webhook_secrets: Arc<[String]>,
    sandbox: Option<Sandbox>,
    leaving: Leaving,
    drain: Duration,
    stop: CancellationToken,
    tasks: TaskTracker,
    serving: JoinHandle<()>,
}

/// Starts the portal; it serves when this returns. Needs a multi-threaded runtime.
pub async fn start(config: Config) -> Result<Portal, StartError> {
    start_at(config, Clock::default()).await
}

/// The same where Stripe's time isn't the wall clock's: a sandbox elsewhere, whose clock was moved.
/// The portal's own sandbox brings its clock along.
pub async fn start_at(config: Config, stripe_time: Clock) -> Result<Portal, StartError> {
    let wall = Clock::default();
    let db = Db::open(&config.database_url).await?;
    let applied = db.migrate().await?;
    if !applied.is_empty() {
        tracing::info!(?applied, "migrated");
    }
    let unusable = |error| StartError::Address { addr: config.addr, error };
    let listener = TcpListener::bind(config.addr).await.map_err(unusable)?;
    let url = format!("http://{}", listener.local_addr().map_err(unusable)?);

    let mut secrets = config.webhook_secrets.clone();
    let (stripe, sandbox) = match &config.stripe {
        StripeSource::Stripe(stripe) => (stripe.clone(), None),
        StripeSource::Sandbox => {
            if secrets.is_empty() {
                secrets.push(format!("whsec_{}", Uuid::new_v4().simple()));
            }
            let sandbox = start_sandbox(&config, &url, &secrets).await?;
            (StripeConfig::sandbox(sandbox.url().to_owned()), Some(sandbox))
        }
    };
    let webhook_secrets: Arc<[String]> = secrets.into();
    let sandbox_url = sandbox.as_ref().map(|sandbox| sandbox.url().to_owned());
    let (mut clock, mut has_demo) = (stripe_time, false);
    if let Some(sandbox) = &sandbox {
        let sandbox_time = sandbox.clock();
        clock = Clock::following(move || sandbox_time.now());
        has_demo = demo::seed(&db, &wall).await?;
    } else if stripe.api_base.is_none() {
        demo::close(&db).await?;
    }

    let portal_url = config.portal_url.clone().unwrap_or_else(|| url.clone());
    let secure = portal_url.starts_with("https://");
    // Another server that speaks Stripe's protocol shows its hosted pages itself.
    let hosted: Vec<String> = stripe.api_base.iter().chain(&config.hosted_pages).cloned().collect();
    let stripe = Arc::new(Stripe::new(&stripe)?);
    let single_sign_on = match &config.oidc {
        Some(oidc) => SingleSignOn(Some(Arc::new(Oidc::new(oidc.clone(), &portal_url)?))),
        None => SingleSignOn::default(),
    };
    let billing = Billing::new(db.clone(), stripe, clock, config.settings(portal_url));
    let (idle, control_page) = (config.access.session_idle, sandbox_url.clone());
    let auth = Auth::new(db.clone(), wall.clone(), billing.clone(), idle, secure, control_page);
    let arrived = Arc::new(Notify::new());
    let inbox = Inbox {
        intake: Intake::new(db.clone(), wall.clone()),
        secrets: webhook_secrets.clone(),
        arrived: arrived.clone(),
    };
    let worker = Worker { db: db.clone(), billing: billing.clone(), clock: wall.clone(), arrived };

    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    let next_price = if db.price(config.price.as_str()).await?.is_some() {
        Duration::ZERO
    } else {
        first_price(&billing).await
    };
    let prices = keep_price(billing.clone(), next_price);
    tasks.spawn(stop.clone().run_until_cancelled_owned(prices));
    tasks.spawn(stop.clone().run_until_cancelled_owned(db.clone().listen()));
    tasks.spawn(reconcile::keep_reconciled(worker.clone(), stop.clone()));
    tasks.spawn(worker.run(stop.clone()));
    tasks.spawn(prune::keep_pruned(db.clone(), wall.clone(), config.inbox_kept_for, stop.clone()));
    if let Some(addr) = config.telemetry.metrics_addr {
        let unusable = |error| StartError::MetricsAddress { addr, error };
        let listener = TcpListener::bind(addr).await.map_err(unusable)?;
        let (metrics, clock) = (Metrics::start()?, Clock::default());
        tasks.spawn(serve_metrics(listener, metrics, db.clone(), clock, stop.clone()));
    }
    let token = config.entitlements_token.as_deref();
    let tokens = ServiceTokens::new(token, db.clone(), wall);
    let (streams, leaving) = (Streams::until(stop.clone()), Leaving::default());
    let front = Front {
        policy: Policy::new(secure, hosted.iter().map(String::as_str)),
        rates: Rates::new(&config.limits, secure),
        places: Places::new(config.limits.requests_at_once),
    };
    let proxies = config.access.trusted_proxies;
    let routes = router::router(db.clone(), auth, inbox, tokens, streams, leaving.clone(), front)
        .layer(Extension(proxies.clone()))
        .layer(Extension(single_sign_on));
    let door = Door { limits: config.limits, proxies };
    let serving = tokio::spawn(door.serve(listener, routes, stop.clone()));
    tasks.close();
    let drain = config.drain;
    Ok(Portal {
        url,
        sandbox_url,
        has_demo,
        db,
        billing,
        webhook_secrets,
        sandbox,
        leaving,
        drain,
        stop,
        tasks,
        serving,
    })
}

impl Portal {
    /// Gives a load balancer the time to look elsewhere, then stops taking requests, finishes those
    /// under way, and finishes what the worker has taken or gives it back.
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
        // What is left are connections on which nobody asks for anything, and last bytes.
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

async fn start_sandbox(
    config: &Config,
    portal_url: &str,
    secrets: &[String],
) -> Result<Sandbox, SandboxError> {
    let webhook = secrets.first().map(|secret| WebhookTarget {
        url: format!("{portal_url}/api/webhooks/stripe"),
        secret: secret.clone(),
    });
    let state = config.sandbox_state.clone();
    Sandbox::start(SandboxConfig { addr: config.sandbox_addr, webhook, state, empty: false }).await
}

/// Reads the price for a database that knows none, and says when to read it again.
async fn first_price(billing: &Billing) -> Duration {
    match timeout(PRICE_PATIENCE, billing.refresh_plan()).await {
        Ok(Ok(_)) => PRICE_INTERVAL,
        Ok(Err(_)) | Err(_) => {
            tracing::warn!("the price could not be read from Stripe yet; trying again");
            Duration::from_secs(1)
        }
    }
}

/// Keeps the price on the pages current: reads it after `wait`, soon again while that fails, and then
/// every hour.
async fn keep_price(billing: Billing, mut wait: Duration) {
    let mut pause = Duration::from_secs(1);
    loop {
        sleep(wait).await;
        wait = match billing.refresh_plan().await {
            Ok(_) => PRICE_INTERVAL,
            Err(error) => {
                tracing::warn!(%error, "the price could not be read from Stripe");
                pause = (pause * 2).min(Duration::from_secs(60));
                pause
            }
        };
    }
}
