//! `portal sync`.

use super::error::INCOMPLETE;
use super::output::print_line;
use super::{CliError, CliResult, open_migrated};
use crate::billing::{Billing, Compared, Difference, Walk};
use crate::clock::Clock;
use crate::config::Config;
use crate::model::{Tenant, TenantId};
use crate::stripe::Stripe;
use crate::webhooks::replay;
use std::process::ExitCode;
use std::sync::Arc;

/// What was found so far.
#[derive(Default)]
struct Tally {
    tenants: u64,
    differed: u64,
    failed: u64,
    /// Why something could not be printed.
    unprinted: Option<CliError>,
}

/// Compares one tenant, or all, with Stripe and prints what differed.
pub async fn sync(config: &Config, tenant: Option<&TenantId>, dry_run: bool) -> CliResult {
    let db = open_migrated(config).await?;
    // Nothing here sends anybody back to the portal, so its address doesn't matter.
    let settings = config.settings(config.portal_url.clone().unwrap_or_default());
    let billing = Billing::new(
        db.clone(),
        Arc::new(Stripe::new(&config.stripe_beside())?),
        Clock::default(),
        settings,
    );
    let mut tally = Tally::default();
    match tenant {
        Some(tenant_id) => {
            let outcome = billing.reconcile(tenant_id, dry_run).await;
            tally.take(Compared { tenant_id: tenant_id.clone(), outcome });
        }
        None => {
            if !dry_run {
                billing.settle_given_up().await?;
            }
            let walk = Walk { dry_run, synced_before: None };
            billing.reconcile_all(walk, |compared| tally.take(compared)).await?;
            if !dry_run {
                let events = replay(&db, &billing, None, Clock::default().now()).await?;
                let events = counted(events as u64, "event", "events");
                print_line(format!("{events} taken that no webhook had brought"))?;
            }
        }
    }
    if let Some(error) = tally.unprinted {
        return Err(error);
    }
    let compared = tenants(tally.tenants);
    let differed = match (tally.differed, dry_run) {
        (0, _) => "0 differed".to_owned(),
        (differed, true) => format!("{differed} differed (left as they are)"),
        (differed, false) => format!("{differed} differed (mended)"),
    };
    print_line(format!("{compared} compared, {differed}"))?;
    if tally.failed > 0 {
        eprintln!("portal: {} could not be compared", tenants(tally.failed));
        return Ok(ExitCode::from(INCOMPLETE));
    }
    Ok(ExitCode::SUCCESS)
}

impl Tally {
    /// Counts a tenant's outcome and prints it, if there is something to report.
    fn take(&mut self, compared: Compared) {
        match compared.outcome {
            Ok(difference) => {
                self.tenants += 1;
                if let Some(difference) = difference {
                    let first = self.differed == 0;
                    self.differed += 1;
                    if let Err(error) = print(&difference, first) {
                        self.unprinted.get_or_insert(error);
                    }
                }
            }
            Err(error) => {
                self.failed += 1;
                eprintln!("portal: {}: {error}", compared.tenant_id);
            }
        }
    }
}

/// Prints a difference, the first under headings.
fn print(Difference { database, stripe }: &Difference, first: bool) -> Result<(), CliError> {
    if first {
        row("TENANT", "STRIPE", "DATABASE", "ACTIVE AGENTS")?;
    }
    let agents = match (database.agents_active, stripe.agents_active) {
        (before, after) if before == after => before.to_string(),
        (before, after) => format!("{before} -> {after}"),
    };
    row(database.id.as_str(), &standing(stripe), &standing(database), &agents)
}

/// "active, 3 seats, cancels 2026-12-08 (sub_1)".
fn standing(tenant: &Tenant) -> String {
    let seats = counted(tenant.agent_quota.into(), "seat", "seats");
    let mut text = format!("{}, {seats}", tenant.subscription_status);
    if let Some(at) = tenant.cancels_at {
        text += &format!(", cancels {}", at.format("%F"));
    }
    if let Some(id) = &tenant.stripe_subscription_id {
        text += &format!(" ({id})");
    }
    text
}

fn row(tenant: &str, stripe: &str, database: &str, agents: &str) -> Result<(), CliError> {
    print_line(format!("{tenant:<24}  {stripe:<56}  {database:<56}  {agents}"))
}

fn tenants(count: u64) -> String {
    counted(count, "tenant", "tenants")
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
