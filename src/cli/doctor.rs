//! `portal doctor`.

use super::error::INCOMPLETE;
use super::output::{print_json, print_line};
use super::{CliError, CliResult};
use crate::config::Config;
use crate::doctor::{self, Finding, Level};
use clap::Args;
use serde::Serialize;
use std::process::ExitCode;

#[derive(Args)]
pub struct DoctorArgs {
    /// Print one JSON object, for programs.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    faults: usize,
    warnings: usize,
    findings: &'a [Finding],
}

/// Runs all checks and prints the findings.
pub async fn doctor(config: &Config, args: &DoctorArgs) -> CliResult {
    let findings = doctor::examine(config).await.map_err(CliError::configuration)?;
    let count = |level: Level| findings.iter().filter(|finding| finding.level == level).count();
    let (faults, warnings) = (count(Level::Fault), count(Level::Warning));
    if args.json {
        let report = Report { faults, warnings, findings: &findings };
        print_json(&report)?;
    } else {
        for finding in &findings {
            print(finding)?;
        }
        print_line(format!("\nFaults: {faults}, warnings: {warnings}"))?;
    }
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) })
}

fn print(Finding { check, level, what, remedy }: &Finding) -> Result<(), CliError> {
    let word = match level {
        Level::Ok => "ok",
        Level::Warning => "warning",
        Level::Fault => "FAULT",
    };
    print_line(format!("{word:<8}  {check:<22}  {what}"))?;
    if let Some(remedy) = remedy {
        print_line(format!("{:<8}  {:<22}  -> {remedy}", "", ""))?;
    }
    Ok(())
}
