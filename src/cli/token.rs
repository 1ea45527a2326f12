//! `portal token`.

use super::output::{print_json, print_line, print_table};
use super::{CliError, CliResult, open_migrated};
use crate::auth::{AuthError, add_service_token};
use crate::clock::Clock;
use crate::config::Config;
use crate::model::Name;
use crate::store::ServiceToken;
use clap::Subcommand;
use serde_json::{Value, json};
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum Command {
    /// Create a service token and print it; it is not shown again.
    ///
    /// A program sends it as a bearer token to GET /api/entitlements/{tenant_id}. Give each program its
    /// own, so that one can be revoked without the others. ENTITLEMENTS_TOKEN keeps working beside
    /// them.
    #[command(
        after_help = "Example:\n  (umask 077; portal token add agent-runtime > runtime.token)"
    )]
    Add {
        /// What the token is for; must be unique.
        name: Name,
    },
    /// List the service tokens: ids, names, and when each was last used.
    #[command(after_help = "Example:\n  portal token list --json")]
    List {
        /// Print JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Revoke a service token. It stops working at once, in every process.
    #[command(
        after_help = "Example:\n  portal token revoke token_0f2d6a1e2b3c4d5e8f90a1b2c3d4e5f6"
    )]
    Revoke {
        /// The token's id, as `portal token list` shows it.
        id: String,
    },
}

pub async fn run(config: &Config, command: Command) -> CliResult {
    let db = open_migrated(config).await?;
    match command {
        Command::Add { name } => {
            let (id, token) = match add_service_token(&db, &name, Clock::default().now()).await {
                Err(AuthError::Store(error)) if error.is_unique_violation() => {
                    return Err(CliError::failed(format!("there is a token '{name}' already")));
                }
                added => added?,
            };
            eprintln!("{name} is {id}. Keep the token safe: it is not shown again.");
            print_line(token)?;
        }
        Command::List { json: true } => {
            print_json(&db.service_tokens().await?.iter().map(to_json).collect::<Vec<_>>())?;
        }
        Command::List { json: false } => {
            let rows: Vec<[String; 4]> =
                db.service_tokens().await?.into_iter().map(to_row).collect();
            print_table(["ID", "NAME", "SINCE", "LAST USED"], &rows)?;
        }
        Command::Revoke { id } => match db.revoke_service_token(&id).await? {
            Some(name) => print_line(format!("Revoked {name}."))?,
            None => {
                return Err(CliError::failed(format!(
                    "there is no token '{id}': `portal token list` shows the ids"
                )));
            }
        },
    }
    Ok(ExitCode::SUCCESS)
}

fn to_json(ServiceToken { id, name, created_at, last_used_at }: &ServiceToken) -> Value {
    json!({"id": id, "name": name, "created_at": created_at, "last_used_at": last_used_at})
}

fn to_row(ServiceToken { id, name, created_at, last_used_at }: ServiceToken) -> [String; 4] {
    let used = last_used_at.map(|at| at.format("%F %R UTC").to_string());
    [id, name, created_at.format("%F").to_string(), used.unwrap_or_else(|| "never".to_owned())]
}
