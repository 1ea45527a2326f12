//! `portal doctor`.

use super::output::print_json;
use super::{CliError, CliResult};
use crate::config::Config;
use crate::doctor::{self, Finding, Level};
use clap::Args;
use serde::Serialize;
use std::process::ExitCode;

/// What it exits with when something does not work.
const EXIT_FAULTS: u8 = 1;

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

/// Looks at everything and says what is wrong.
pub async fn doctor(config: &Config, args: &DoctorArgs) -> CliResult {
    let findings = doctor::examine(config).await.map_err(CliError::configuration)?;
    let count = |level: Level| findings.iter().filter(|finding| finding.level == level).count();
    let (faults, warnings) = (count(Level::Fault), count(Level::Warning));
    if args.json {
        let report = Report { faults, warnings, findings: &findings };
        print_json(&report)?;
    } else {
        for finding in &findings {
            print(finding);
        }
        println!("\nFaults: {faults}, warnings: {warnings}");
    }
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::from(EXIT_FAULTS) })
}

fn print(Finding { check, level, what, remedy }: &Finding) {
    let word = match level {
        Level::Ok => "ok",
        Level::Warning => "warning",
        Level::Fault => "FAULT",
    };
    println!("{word:<8}  {check:<22}  {what}");
    if let Some(remedy) = remedy {
        println!("{:<8}  {:<22}  -> {remedy}", "", "");
    }
}
