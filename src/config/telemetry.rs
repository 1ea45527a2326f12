//! What the portal tells of its work: log lines, metrics, traces.

use crate::config::ConfigError;
use crate::config::values::Values;
use std::net::SocketAddr;

/// Which log lines are written unless `RUST_LOG` says so: what the libraries tell at this level is for
/// their developers.
const LOG_FILTER: &str = "info,stripe=warn,dioxus_server=warn,opentelemetry=warn";

/// Where it is told, and how.
#[derive(Clone)]
pub struct TelemetryConfig {
    pub log_format: LogFormat,
    /// `RUST_LOG`: which log lines are written.
    pub log_filter: String,
    /// `METRICS_ADDR`: where Prometheus asks; without one nothing is counted.
    pub metrics_addr: Option<SocketAddr>,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` and what goes with it; without one no traces are sent.
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
    /// What the portal is called there.
    pub service_name: String,
}

impl TelemetryConfig {
    /// # Errors
    /// For a value that can't work.
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        let log_format = match values.get("LOG_FORMAT").as_deref() {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(other) => {
                return Err(ConfigError(format!("LOG_FORMAT must be text or json, not '{other}'")));
            }
        };
        let metrics_addr = match values.get("METRICS_ADDR") {
            Some(_) => Some(values.parse("METRICS_ADDR", SocketAddr::from(([127, 0, 0, 1], 0)))?),
            None => None,
        };
        Ok(Self {
            log_format,
            log_filter: values.get("RUST_LOG").unwrap_or_else(|| LOG_FILTER.to_owned()),
            metrics_addr,
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
        service_name: values.get("OTEL_SERVICE_NAME").unwrap_or_else(|| "portal".to_owned()),
    }))
}
