//! Settings of running the portal: what is kept, how it stops, logs, metrics and traces.

use super::{Section, Setting};

pub const SECTION: Section = Section {
    title: "Operation",
    settings: &[
        Setting {
            name: "ENTITLEMENTS_TOKEN",
            default: "",
            secret: true,
            text: "A bearer token with which the SaaS asks GET /api/entitlements/{tenant_id} \
                   whether a tenant's agents may run, beside those that `portal token add` makes. \
                   Make a long random one (openssl rand -hex 32).",
        },
        Setting {
            name: "INBOX_RETENTION_DAYS",
            default: "90",
            secret: false,
            text: "How many days an event of Stripe's is kept in the inbox once it is done with; \
                   30 at least, since Stripe can send it again for so long. Kept longer: what \
                   failed for good, and what the timeline refers to.",
        },
        Setting {
            name: "DRAIN_SECONDS",
            default: "0",
            secret: false,
            text: "For how many seconds the portal goes on serving once it is told to stop \
                   (SIGTERM or Ctrl-C), while /readyz says 503. Behind a load balancer: longer \
                   than it takes to notice that.",
        },
        Setting {
            name: "LOG_FORMAT",
            default: "text",
            secret: false,
            text: "How log lines look: text for people, json for machines.",
        },
        Setting {
            name: "METRICS_ADDR",
            default: "",
            secret: false,
            text: "Where Prometheus asks for metrics, as ADDRESS:PORT, such as 127.0.0.1:9464: \
                   GET /metrics there. Keep it from the internet. Empty: nothing is counted.",
        },
        Setting {
            name: "OTEL_EXPORTER_OTLP_ENDPOINT",
            default: "",
            secret: false,
            text: "The base address of an OpenTelemetry collector that takes OTLP over HTTP, such \
                   as http://127.0.0.1:4318, to send traces to. Empty: none are sent. \
                   OpenTelemetry's own names for sampling (OTEL_TRACES_SAMPLER) and batching \
                   (OTEL_BSP_…) count too.",
        },
        Setting {
            name: "OTEL_EXPORTER_OTLP_HEADERS",
            default: "",
            secret: true,
            text: "What the collector wants to be told with each request: name=value, several \
                   separated by commas.",
        },
        Setting {
            name: "OTEL_SERVICE_NAME",
            default: "portal",
            secret: false,
            text: "What the portal is called in traces.",
        },
        Setting {
            name: "RUST_LOG",
            default: "info,stripe=warn,dioxus_server=warn,opentelemetry=warn",
            secret: false,
            text: "Which log lines are written: error, warn, info, debug, or finer as \
                   portal=debug,info. What the libraries tell at info is for their developers.",
        },
    ],
};
