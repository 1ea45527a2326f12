//! `portal tenant`.

use super::output::{print_json, print_line, print_table};
use super::{CliError, CliResult, open_migrated, read_all};
use crate::clock::Clock;
use crate::config::Config;
use crate::model::{Name, TenantId};
use crate::store::{Db, StoreResult, TenantLine};
use clap::Subcommand;
use serde_json::{Value, json};
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum Command {
    /// Add a tenant: a company that rents agents and pays.
    ///
    /// The id is what identifies the company in your product, and is used to ask for its entitlements.
    /// It never changes. The people who act for the company are added with `portal operator`.
    #[command(after_help = "Example:\n  portal tenant add --id acme \"Acme Ltd\"")]
    Add {
        /// 1 to 64 letters, digits, '_' or '-'.
        #[arg(long)]
        id: TenantId,
        /// The company's name, as operators see it.
        name: Name,
    },
    /// List all tenants with the status of their subscription and their seats.
    #[command(
        after_help = "Examples:\n  portal tenant list\n  portal tenant list --json | jq -r '.[].id'"
    )]
    List {
        /// Print JSON, for programs.
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(config: &Config, command: Command) -> CliResult {
    let db = open_migrated(config).await?;
    match command {
        Command::Add { id, name } => {
            match db.create_tenant(&id, name.as_str(), Clock::default().now()).await {
                Err(error) if error.is_unique_violation() => {
                    return Err(CliError::failed(format!("there is a tenant '{id}' already")));
                }
                added => added?,
            }
            print_line(format!("Added the tenant {id}, {name}."))?;
        }
        Command::List { json: true } => {
            print_json(&lines(&db).await?.iter().map(to_json).collect::<Vec<_>>())?;
        }
        Command::List { json: false } => {
            let rows: Vec<[String; 5]> = lines(&db).await?.into_iter().map(to_row).collect();
            print_table(["ID", "NAME", "STATUS", "SEATS", "SINCE"], &rows)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn lines(db: &Db) -> StoreResult<Vec<TenantLine>> {
    read_all(async |last: Option<&TenantLine>, limit| {
        db.tenant_lines(last.map(|last| &last.id), limit).await
    })
    .await
}

fn to_json(TenantLine { id, name, status, agent_quota, created_at }: &TenantLine) -> Value {
    json!({
        "id": id,
        "name": name,
        "subscription_status": status,
        "agent_quota": agent_quota,
        "created_at": created_at,
    })
}

fn to_row(tenant: TenantLine) -> [String; 5] {
    let TenantLine { id, name, status, agent_quota, created_at } = tenant;
    let since = created_at.format("%F").to_string();
    [id.to_string(), name, status.to_string(), agent_quota.to_string(), since]
}
