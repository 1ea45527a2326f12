//! What commands print: for people in columns, for programs as JSON.

use super::CliError;
use serde::Serialize;
use std::io::{ErrorKind, Write};

/// Prints to standard output. A broken pipe is no error: the reader has seen enough.
pub fn print(text: &str) -> Result<(), CliError> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Prints a line.
pub fn print_line(line: impl std::fmt::Display) -> Result<(), CliError> {
    print(&format!("{line}\n"))
}

/// Prints a value as JSON.
pub fn print_json(value: &impl Serialize) -> Result<(), CliError> {
    let json = serde_json::to_string_pretty(value).map_err(CliError::failed)?;
    print_line(json)
}

/// Prints rows under their headings, each column as wide as its longest text.
pub fn print_table<const COLUMNS: usize>(
    headings: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> Result<(), CliError> {
    let mut widths = headings.map(|heading| heading.chars().count());
    for row in rows {
        for (width, text) in widths.iter_mut().zip(row) {
            *width = text.chars().count().max(*width);
        }
    }
    let mut table = String::new();
    let headings = headings.map(str::to_owned);
    for row in [&headings].into_iter().chain(rows) {
        let cells = row.iter().zip(widths).map(|(text, width)| format!("{text:<width$}"));
        table += cells.collect::<Vec<_>>().join("  ").trim_end();
        table += "\n";
    }
    print(&table)
}
