//! Settings of telemetry: logs, metrics, traces.

use crate::config::ConfigError;
use crate::config::values::Values;
use std::net::SocketAddr;

/// Where telemetry goes, and how.
#[derive(Clone)]
pub struct TelemetryConfig {
    pub log_format: LogFormat,
    /// `RUST_LOG`: which log lines are written.
    pub log_filter: String,
    /// `METRICS_ADDR`: where Prometheus scrapes; without it nothing is counted.
    pub metrics_addr: Option<SocketAddr>,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` and what goes with it; without it no traces are sent.
    pub traces: Option<TracesConfig>,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// Where traces are sent: a collector that takes OTLP over HTTP.
#[derive(Clone)]
pub struct TracesConfig {
    /// Its base address, without `/v1/traces`.
    pub endpoint: String,
    /// `name=value` pairs, separated by commas, for a collector that asks for a key.
    pub headers: Option<String>,
    /// The portal's name there.
    pub service_name: String,
}

impl TelemetryConfig {
    /// # Errors
    /// For a value that can't work.
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        let log_format = match values.parse::<String>("LOG_FORMAT")?.as_str() {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            other => {
                return Err(ConfigError(format!("LOG_FORMAT must be text or json, not '{other}'")));
            }
        };
        let metrics_addr = values.get("METRICS_ADDR").map(|_| values.parse("METRICS_ADDR"));
        Ok(Self {
            log_format,
            log_filter: values.parse("RUST_LOG")?,
            metrics_addr: metrics_addr.transpose()?,
            traces: traces(values)?,
        })
    }
}

fn traces(values: &Values) -> Result<Option<TracesConfig>, ConfigError> {
    let Some(endpoint) = values.get("OTEL_EXPORTER_OTLP_ENDPOINT") else { return Ok(None) };
    if !endpoint.starts_with("http://") && !endpoint.starts_with("https://") {
        return Err(ConfigError(format!(
            "OTEL_EXPORTER_OTLP_ENDPOINT must begin with http:// or https://, not '{endpoint}'"
        )));
    }
    Ok(Some(TracesConfig {
        endpoint: endpoint.trim_end_matches('/').to_owned(),
        headers: values.get("OTEL_EXPORTER_OTLP_HEADERS"),
        service_name: values.parse("OTEL_SERVICE_NAME")?,
    }))
}
