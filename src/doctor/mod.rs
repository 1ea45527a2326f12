//! `portal doctor`: what is wrong with an installation, and how to fix it. Checks everything that has
//! to fit together, and changes nothing.

mod account;
mod clocks;
mod database;
mod reach;

use crate::config::Config;
use crate::stripe::{GatewayError, Stripe};
use serde::Serialize;
use std::error::Error;
use std::fmt::Display;
use std::time::Duration;
use tokio::time::timeout;

/// How long a check may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Ok,
    /// It works, but not as well as it could.
    Warning,
    /// It does not work.
    Fault,
}

/// What a check has found.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// What was checked: one word, for programs.
    pub check: &'static str,
    pub level: Level,
    /// In one line.
    pub what: String,
    /// What to do, where something is to be done.
    pub remedy: Option<String>,
}

impl Finding {
    fn ok(check: &'static str, what: impl Display) -> Self {
        Self { check, level: Level::Ok, what: what.to_string(), remedy: None }
    }

    fn warning(check: &'static str, what: impl Display, remedy: impl Display) -> Self {
        let remedy = Some(remedy.to_string());
        Self { check, level: Level::Warning, what: what.to_string(), remedy }
    }

    fn fault(check: &'static str, what: impl Display, remedy: impl Display) -> Self {
        Self { level: Level::Fault, ..Self::warning(check, what, remedy) }
    }

    fn too_late(check: &'static str) -> Self {
        let what = format!("no answer within {} seconds", PATIENCE.as_secs());
        Self::fault(check, what, "See what keeps it busy, or what lies between.")
    }

    /// A failed request to Stripe is a fault; what this key may not ask is not checked.
    fn of_stripe(check: &'static str, error: &GatewayError) -> Self {
        let remedy = crate::setup::remedy_for(error);
        match error {
            GatewayError::KeyRefused { status: 403, .. } => {
                Self::warning(check, format!("not looked at: {error}"), remedy)
            }
            error => Self::fault(check, error, remedy),
        }
    }
}

/// Runs all checks at once, and returns the findings in a sensible order. Leaves out what depends on
/// something that does not work.
///
/// # Errors
/// When the configuration can't be used at all.
pub async fn examine(config: &Config) -> Result<Vec<Finding>, Box<dyn Error>> {
    let stripe_config = config.stripe_beside();
    let stripe = Stripe::new(&stripe_config)?;
    let http = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let (database, account, stripe_clock, portal) = tokio::join!(
        database::examine(config),
        account::examine(config, &stripe),
        within("stripe_clock", clocks::stripe(&http, stripe_config.api_base.as_deref())),
        reach::examine(config, &http),
    );
    Ok([database, account, vec![stripe_clock], portal].concat())
}

/// The check's finding, or a fault if it takes too long.
async fn within(check: &'static str, looking: impl Future<Output = Finding>) -> Finding {
    timeout(PATIENCE, looking).await.unwrap_or_else(|_| Finding::too_late(check))
}
