//! Telemetry: log lines, metrics for Prometheus, traces for OpenTelemetry. None of them names a person,
//! or contains a key, a token or the URL of a hosted page.

mod metrics;
mod traces;

pub use metrics::Metrics;
pub use traces::{Traces, continue_trace, name_span};

use crate::config::{LogFormat, TelemetryConfig};
use std::io::IsTerminal;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Starts writing log lines, and sending traces where the configuration names a collector. Must be
/// called on a Tokio runtime, once in a process.
///
/// # Errors
/// For a filter or a collector that can't be used.
pub fn start(config: &TelemetryConfig) -> Result<Traces, TelemetryError> {
    let filter = EnvFilter::try_new(&config.log_filter)
        .map_err(|error| TelemetryError(format!("RUST_LOG='{}': {error}", config.log_filter)))?;
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let lines = match config.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let traces = config.traces.as_ref().map(Traces::to).transpose()?.unwrap_or_default();
    tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .with(traces.layer())
        .try_init()
        .map_err(|error| TelemetryError(error.to_string()))?;
    Ok(traces)
}

/// Why telemetry can't start, in one line that says what to change.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TelemetryError(String);
