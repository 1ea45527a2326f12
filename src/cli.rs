//! The command line.

use crate::config::{Config, ConfigError, LogFormat, is_live_key};
use crate::sandbox::{Sandbox, SandboxConfig};
use crate::server;
use crate::store::Db;
use clap::{Parser, Subcommand};
use std::error::Error;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// What a configuration that can't work exits with.
const EXIT_CONFIGURATION: u8 = 2;

/// A self-serve billing portal for per-seat subscriptions on Stripe.
///
/// Configured by the environment, or a .env file: see .env.sample. Without STRIPE_SECRET_KEY it
/// runs on its own Stripe sandbox.
#[derive(Parser)]
#[command(name = "portal", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the portal; this is what happens without a command.
    Serve,
    /// Bring the database up to date, and stop.
    Migrate,
    /// Serve the Stripe sandbox alone, for other programs to talk to.
    Sandbox,
}

/// Runs what the command line asks for.
pub fn run() -> ExitCode {
    dotenvy::dotenv().ok();
    let cli = Cli::parse();
    match start(cli.command.unwrap_or(Command::Serve)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("portal: {error}");
            ExitCode::from(EXIT_CONFIGURATION)
        }
    }
}

fn start(command: Command) -> Result<(), Box<dyn Error>> {
    read_dotenv()?;
    let config = Config::from_env()?;
    log(config.log_format);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Serve => Ok(server::run(config).await?),
            Command::Migrate => {
                let applied = Db::open(&config.database_url).await?.migrate().await?;
                for name in &applied {
                    println!("applied {name}");
                }
                println!("The database is up to date.");
                Ok(())
            }
            Command::Sandbox => sandbox(&config).await,
        }
    })
}

/// A `.env` that is read half would be worse than none.
fn read_dotenv() -> Result<(), ConfigError> {
    match dotenvy::dotenv() {
        Err(error) if !error.not_found() => Err(ConfigError(format!(
            "the file .env can't be read: {error}. Put values with spaces in quotes."
        ))),
        _ => Ok(()),
    }
}

async fn sandbox(config: &Config) -> Result<(), Box<dyn Error>> {
    if std::env::var("STRIPE_SECRET_KEY").is_ok_and(|key| is_live_key(&key)) {
        let refusal = "STRIPE_SECRET_KEY is a live key: the sandbox does not start beside one";
        return Err(ConfigError(refusal.to_owned()).into());
    }
    let addr = config.sandbox_addr;
    let state = config.sandbox_state.clone();
    let config = SandboxConfig { addr, public_url: None, webhook: None, state };
    let sandbox = Sandbox::start(config).await?;
    println!("The Stripe sandbox is at {}", sandbox.url());
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await;
    Ok(())
}

fn log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,stripe=warn,dioxus_server=warn"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}
