//! `portal stripe setup`.

use super::error::INCOMPLETE;
use super::output::{print_json, print_line};
use super::{CliError, CliResult};
use crate::cli::env_file::{self, WEBHOOK_SECRET};
use crate::config::Config;
use crate::setup::{Did, Outcome, Setup, Step};
use crate::stripe::{Stripe, is_live_key};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum StripeCommand {
    /// Set up the Stripe account: product, price, Billing Portal configuration, webhook endpoint.
    ///
    /// Finds what exists, creates what is missing, and corrects what it can: the product "AI Employee
    /// Plan" and its price of $49 a month with the lookup key STRIPE_PRICE; a Billing Portal
    /// configuration that leaves the number of agents to the portal; and an endpoint at
    /// PORTAL_URL/api/webhooks/stripe for exactly the events that the portal needs. Prints a line for
    /// each, and what to put into the portal's environment, including the signing secret of a new
    /// endpoint, which Stripe shows only once.
    ///
    /// Safe to run again: the second time it changes nothing. A price that costs something else, and an
    /// endpoint with another API version, are reported and left alone. It also reports an existing
    /// endpoint whose signing secret is neither in the environment nor in --env-file.
    ///
    /// Without STRIPE_SECRET_KEY it asks the sandbox that `portal serve` or `portal sandbox` runs.
    /// Exits with 1 when something could not be set up, with 2 when the configuration can't work.
    #[command(
        after_help = "Examples:\n  portal stripe setup --dry-run\n  portal stripe setup --env-file .env"
    )]
    Setup(SetupArgs),
}

#[derive(Args)]
pub struct SetupArgs {
    /// Report what would be done, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object, for programs.
    #[arg(long)]
    json: bool,
    /// Write what the environment needs into this file, instead of printing it.
    #[arg(long, value_name = "PATH")]
    env_file: Option<PathBuf>,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    livemode: bool,
    steps: &'a [Step],
    environment: BTreeMap<&'a str, &'a str>,
}

/// Sets up the account and reports what was done.
pub async fn setup(config: &Config, args: &SetupArgs) -> CliResult {
    config.check_public_url()?;
    let stripe_config = config.stripe_beside();
    let in_file = args.env_file.as_ref().is_some_and(|path| env_file::sets(path, WEBHOOK_SECRET));
    let setup = Setup {
        stripe: &Stripe::new(&stripe_config)?,
        price: &config.price,
        portal_configuration: config.portal_configuration.as_deref(),
        portal_url: &config.public_url(),
        webhook_secret_known: in_file || config.check_webhook_secret().is_ok(),
        dry_run: args.dry_run,
    };
    let mut outcome = setup.run().await;
    let mut complete = outcome.is_complete();
    let mut put_into = None;
    if let Some(path) = args.env_file.as_ref().filter(|_| !outcome.environment.is_empty()) {
        match env_file::put(path, &outcome.environment) {
            Ok(()) => {
                outcome.environment.clear();
                put_into = Some(path.display());
            }
            // A secret that can't be written must not be lost: it is printed, as without a file.
            Err(error) => {
                complete = false;
                eprintln!("portal: the file can't be written: {error}");
            }
        }
    }
    if args.json {
        let environment = outcome.environment.iter().map(|(name, value)| (*name, value.as_str()));
        let livemode = is_live_key(&stripe_config.secret_key);
        let report = Report { livemode, steps: &outcome.steps, environment: environment.collect() };
        print_json(&report)?;
    } else {
        print(&outcome)?;
        if let Some(path) = put_into {
            print_line(format!("\nWhat the portal's environment needs is in {path}."))?;
        }
    }
    Ok(if complete { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) })
}

fn print(outcome: &Outcome) -> Result<(), CliError> {
    for Step { thing, did, id, what, remedy } in &outcome.steps {
        let id = id.as_deref().unwrap_or("-");
        print_line(format!("{:<13}  {thing:<20}  {id:<32}  {what}", word(*did)))?;
        if let Some(remedy) = remedy {
            print_line(format!("{:<13}  {remedy}", ""))?;
        }
    }
    if outcome.changed_nothing() {
        print_line("\nEverything was there: nothing has been changed.")?;
    }
    if !outcome.environment.is_empty() {
        print_line("\nPut this into the portal's environment, or its .env:")?;
        for (name, value) in &outcome.environment {
            print_line(format!("{name}={value}"))?;
        }
    }
    Ok(())
}

fn word(did: Did) -> &'static str {
    match did {
        Did::Found => "found",
        Did::Created => "created",
        Did::Changed => "changed",
        Did::WouldCreate => "would create",
        Did::WouldChange => "would change",
        Did::Failed => "FAILED",
    }
}
