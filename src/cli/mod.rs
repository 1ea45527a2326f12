//! The command line.

mod database;
mod doctor;
mod env_file;
mod error;
mod events;
mod operator;
mod output;
mod stripe;
mod sync;
mod tenant;
mod token;

use crate::cli::doctor::DoctorArgs;
use crate::cli::stripe::StripeCommand;
use crate::config::{Config, ConfigError, StripeSource, reference};
use crate::model::TenantId;
use crate::sandbox::{Sandbox, SandboxConfig};
use crate::server::{self, StopSignals};
use crate::stripe::is_live_key;
use crate::telemetry;
use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use database::{open, open_migrated, read_all};
use error::{CliError, CliResult};
use std::collections::HashMap;
use std::process::ExitCode;

/// A self-serve billing portal for per-seat subscriptions on Stripe.
///
/// Configured by environment variables, or a .env file: see .env.sample. Without STRIPE_SECRET_KEY it
/// runs on its own Stripe sandbox.
///
/// Exits with 0 on success, with 1 when it failed, and with 2 when it was called wrongly or can't work
/// as configured.
#[derive(Parser)]
#[command(name = "portal", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Asked>,
}

#[derive(Subcommand)]
enum Asked {
    #[command(flatten)]
    Command(Command),
    /// Print a completion script for a shell.
    #[command(after_help = "Examples:\n  source <(portal completions bash)\n  \
                            portal completions fish > ~/.config/fish/completions/portal.fish")]
    Completions { shell: Shell },
    /// Print every setting, in the form of a .env file.
    #[command(after_help = "Example:\n  (umask 077; portal settings > .env)")]
    Settings {
        /// Print a Markdown page instead.
        #[arg(long)]
        markdown: bool,
    },
}

/// The commands that need the configuration.
#[derive(Subcommand)]
enum Command {
    /// Serve the portal; the default without a command.
    #[command(after_help = "Example:\n  PORT=3000 portal serve")]
    Serve,
    /// Bring the database up to date, and exit.
    #[command(
        after_help = "Example:\n  DATABASE_URL=postgres://portal@localhost/portal portal migrate"
    )]
    Migrate,
    /// Serve only the Stripe sandbox, for other programs to use.
    #[command(
        after_help = "Examples:\n  portal sandbox\n  SANDBOX_PORT=12112 portal sandbox --empty"
    )]
    Sandbox {
        /// Start without the plan and the Billing Portal configuration, like a new Stripe account; what
        /// the sandbox has stored stays.
        #[arg(long)]
        empty: bool,
    },
    /// Compare the database with Stripe and correct what differs.
    ///
    /// Prints one line for each tenant that differs: what Stripe says, what the database said, and
    /// the active agents before and after. Without STRIPE_SECRET_KEY it asks the sandbox that
    /// `portal serve` or `portal sandbox` runs. Exits with 1 when a tenant could not be compared.
    #[command(after_help = "Examples:\n  portal sync --dry-run\n  portal sync --tenant acme")]
    Sync {
        /// Only this tenant.
        #[arg(long, value_name = "ID")]
        tenant: Option<TenantId>,
        /// Report what differs, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Set up the Stripe account.
    Stripe {
        #[command(subcommand)]
        command: StripeCommand,
    },
    /// Check the installation, and say how to fix what is wrong.
    ///
    /// Checks the database, its inbox and its service tokens, the key, the price, the Billing Portal
    /// configuration, the webhook endpoint with its version and events, what happens after the last
    /// retry of a payment, the clocks, and whether PORTAL_URL leads to the running portal and that
    /// accepts what is signed with STRIPE_WEBHOOK_SECRET. Changes nothing. Run it with the portal's own
    /// environment, while the portal runs. Without STRIPE_SECRET_KEY it asks the sandbox that
    /// `portal serve` or `portal sandbox` runs.
    ///
    /// Exits with 0 when nothing is at fault, with 1 when something is, with 2 when the configuration
    /// can't work.
    #[command(
        after_help = "Examples:\n  portal doctor\n  portal doctor --json | jq '.findings[] | select(.level == \"fault\")'"
    )]
    Doctor(DoctorArgs),
    /// Add and list tenants: the companies that rent agents and pay.
    #[command(subcommand)]
    Tenant(tenant::Command),
    /// Add, invite and list operators, the people who act for tenants; print links to a new password,
    /// and appoint platform administrators.
    #[command(subcommand)]
    Operator(operator::Command),
    /// Add, list and revoke service tokens, with which programs ask for entitlements.
    #[command(subcommand)]
    Token(token::Command),
    /// Look into the inbox of Stripe's events, and retry those that failed.
    #[command(subcommand)]
    Events(events::Command),
}

/// Runs what the command line asks for.
pub fn run() -> ExitCode {
    let done = match Cli::parse().command {
        Some(Asked::Settings { markdown: false }) => say(&reference::env_sample()),
        Some(Asked::Settings { markdown: true }) => say(&reference::markdown()),
        Some(Asked::Completions { shell }) => complete(shell),
        Some(Asked::Command(command)) => start(command),
        None => start(Command::Serve),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("portal: {error}");
            error.exit_code()
        }
    }
}

fn say(text: &str) -> CliResult {
    output::print(text)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the shell's script. It is generated in memory, because the reader may stop half-way.
fn complete(shell: Shell) -> CliResult {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "portal", &mut script);
    say(&String::from_utf8_lossy(&script))
}

fn start(command: Command) -> CliResult {
    let config = Config::from_env(&read_dotenv()?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let traces = runtime.block_on(async { telemetry::start(&config.telemetry) })?;
    let done = runtime.block_on(async {
        match command {
            Command::Serve => {
                config.check_https()?;
                config.check_webhook_secret()?;
                server::run(config).await?;
            }
            Command::Migrate => {
                let applied = open(&config).await?.migrate().await?;
                for name in &applied {
                    output::print_line(format!("applied {name}"))?;
                }
                output::print_line("The database is up to date.")?;
            }
            Command::Sandbox { empty } => sandbox(&config, empty).await?,
            Command::Sync { tenant, dry_run } => {
                return sync::sync(&config, tenant.as_ref(), dry_run).await;
            }
            Command::Stripe { command: StripeCommand::Setup(args) } => {
                return stripe::setup(&config, &args).await;
            }
            Command::Doctor(args) => return doctor::doctor(&config, &args).await,
            Command::Tenant(command) => return tenant::run(&config, command).await,
            Command::Operator(command) => return operator::run(&config, command).await,
            Command::Token(command) => return token::run(&config, command).await,
            Command::Events(command) => return events::run(&config, command).await,
        }
        Ok(ExitCode::SUCCESS)
    });
    traces.stop();
    // What is worth waiting for is done; a hanging query must not delay the exit.
    runtime.shutdown_background();
    done
}

/// What `.env` sets. Half of it, or another folder's, would be worse than none.
fn read_dotenv() -> Result<HashMap<String, String>, ConfigError> {
    // Also loaded into the environment itself, for what is not the portal's, such as a proxy.
    let read = dotenvy::from_path(".env").and_then(|()| dotenvy::from_path_iter(".env")?.collect());
    match read {
        // Doesn't quote the line: it may hold a secret.
        Err(dotenvy::Error::LineParse(..)) => Err(ConfigError(
            "the file .env has a line that can't be read. Put values with spaces in quotes, and \
             close each quote."
                .to_owned(),
        )),
        Err(error) if !error.not_found() => {
            Err(ConfigError(format!("the file .env can't be read: {error}")))
        }
        pairs => Ok(pairs.unwrap_or_default()),
    }
}

async fn sandbox(config: &Config, empty: bool) -> Result<(), CliError> {
    if let StripeSource::Stripe(stripe) = &config.stripe
        && is_live_key(&stripe.secret_key)
    {
        let refusal = "STRIPE_SECRET_KEY is a live key, and the sandbox does not start beside one: \
                       unset it for this command";
        return Err(ConfigError(refusal.to_owned()).into());
    }
    let mut signals = StopSignals::new()?;
    let addr = config.sandbox_addr;
    let state = config.sandbox_state.clone();
    let config = SandboxConfig { addr, webhook: None, state, anew: false, empty };
    let sandbox = Sandbox::start(config).await.map_err(CliError::configuration)?;
    output::print_line(format!("The Stripe sandbox is at {}", sandbox.url()))?;
    signals.next().await;
    sandbox.stop().await;
    Ok(())
}
