//! Traces, sent to a collector as OTLP over HTTP.

use crate::config::TracesConfig;
use crate::telemetry::TelemetryError;
use async_trait::async_trait;
use dioxus::server::http::HeaderMap;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;
use tracing::level_filters::LevelFilter;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

/// How long one attempt to send traces may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long the portal waits for the last traces when it stops.
const LAST_TRACES: Duration = Duration::from_secs(3);

/// Sends traces, where there is a collector.
#[derive(Default)]
pub struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Sends to this collector, on the runtime that this is called on.
    pub(super) fn to(config: &TracesConfig) -> Result<Self, TelemetryError> {
        let unusable = |error: &dyn std::fmt::Display| {
            TelemetryError(format!("OTEL_EXPORTER_OTLP_ENDPOINT can't be used: {error}"))
        };
        let http = reqwest::Client::builder().timeout(TIMEOUT).build();
        let client = Client {
            http: http.map_err(|error| unusable(&error))?,
            main: Handle::current(),
            lost: AtomicBool::new(false),
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(format!("{}/v1/traces", config.endpoint))
            .with_headers(headers(config.headers.as_deref()))
            .build()
            .map_err(|error| unusable(&error))?;
        let resource = Resource::builder().with_service_name(config.service_name.clone()).build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            .build();
        TRACING.store(true, Ordering::Relaxed);
        Ok(Self(Some(provider)))
    }

    /// The layer that turns spans into traces; `None` without a collector.
    pub(super) fn layer<S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync>(
        &self,
    ) -> Option<impl Layer<S> + use<S>> {
        let tracer = self.0.as_ref()?.tracer("portal");
        let layer = tracing_opentelemetry::layer().with_tracer(tracer);
        Some(layer.with_filter(LevelFilter::INFO))
    }

    /// Sends the remaining traces.
    pub fn stop(self) {
        if let Some(provider) = self.0
            && let Err(error) = provider.shutdown_with_timeout(LAST_TRACES)
        {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

/// Whether spans are sent as traces; in log lines alone, these names would only be in the way.
static TRACING: AtomicBool = AtomicBool::new(false);

/// Sets a span's name and its kind, "server" or "client", in traces. The span must have empty fields
/// for both.
pub fn name_span(span: &Span, name: &str, kind: &str) {
    if TRACING.load(Ordering::Relaxed) {
        span.record("otel.name", name).record("otel.kind", kind);
    }
}

/// Makes the span part of the caller's trace, if the request names one (W3C `traceparent`).
pub fn continue_trace(span: &Span, headers: &HeaderMap) {
    if TRACING.load(Ordering::Relaxed) && headers.contains_key("traceparent") {
        let caller = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
        // Fails only for a span that has begun already, or where nothing is traced.
        let _ = span.set_parent(caller);
    }
}

fn headers(pairs: Option<&str>) -> HashMap<String, String> {
    let pairs = pairs.unwrap_or_default().split(',').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
}

/// Traces are exported from a thread of their own, without a runtime for the client's connections.
#[derive(Debug)]
struct Client {
    http: reqwest::Client,
    main: Handle,
    /// Whether the last export failed: that is logged once, not each time.
    lost: AtomicBool,
}

impl Client {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (http, request) = (self.http.clone(), reqwest::Request::try_from(request)?);
        let sent = self.main.spawn(async move {
            let answer = http.execute(request).await?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.bytes().await?))
        });
        let (status, body) = sent.await??;
        Ok(Response::builder().status(status).body(body)?)
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = self.send(request).await;
        let problem = match &answer {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("the collector answers {}", answer.status())),
            Err(error) => Some(error.to_string()),
        };
        let before = self.lost.swap(problem.is_some(), Ordering::Relaxed);
        match problem {
            Some(problem) if !before => tracing::warn!(problem, "traces can't be sent"),
            None if before => tracing::info!("traces are sent again"),
            _ => {}
        }
        answer
    }
}
