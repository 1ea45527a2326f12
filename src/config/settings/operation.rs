//! Settings of running the portal: what is kept, how it stops, logs, metrics and traces.

use super::{Section, Setting};

pub const SECTION: Section = Section {
    title: "Operation",
    settings: &[
        Setting {
            name: "ENTITLEMENTS_TOKEN",
            default: "",
            secret: true,
            text: "A bearer token for GET /api/entitlements/{tenant_id}, with which the SaaS asks \
                   whether a tenant's agents may run, in addition to those made by `portal token \
                   add`. Use a long random one (openssl rand -hex 32).",
        },
        Setting {
            name: "INBOX_RETENTION_DAYS",
            default: "90",
            secret: false,
            text: "How many days after its arrival a processed Stripe event stays in the inbox; \
                   at least 30, since Stripe can resend it for that long. Events that failed for \
                   good, or that the timeline refers to, are kept longer.",
        },
        Setting {
            name: "DRAIN_SECONDS",
            default: "0",
            secret: false,
            text: "How many seconds the portal keeps serving once it is told to stop (SIGTERM or \
                   Ctrl-C), while /readyz answers 503. Behind a load balancer, set it longer than \
                   the balancer takes to notice.",
        },
        Setting {
            name: "LOG_FORMAT",
            default: "text",
            secret: false,
            text: "The format of log lines: text for people, json for machines.",
        },
        Setting {
            name: "METRICS_ADDR",
            default: "",
            secret: false,
            text: "The ADDRESS:PORT at which Prometheus can GET /metrics, such as 127.0.0.1:9464. \
                   Keep it off the internet. Empty: no metrics are collected.",
        },
        Setting {
            name: "OTEL_EXPORTER_OTLP_ENDPOINT",
            default: "",
            secret: false,
            text: "The base address of an OpenTelemetry collector that accepts OTLP over HTTP, \
                   such as http://127.0.0.1:4318. Empty: no traces are sent. OpenTelemetry's own \
                   variables for sampling (OTEL_TRACES_SAMPLER) and batching (OTEL_BSP_…) apply \
                   too.",
        },
        Setting {
            name: "OTEL_EXPORTER_OTLP_HEADERS",
            default: "",
            secret: true,
            text: "Headers to send to the collector with each request: name=value, separated by \
                   commas.",
        },
        Setting {
            name: "OTEL_SERVICE_NAME",
            default: "portal",
            secret: false,
            text: "The portal's service name in traces.",
        },
        Setting {
            name: "RUST_LOG",
            default: "info,stripe=warn,dioxus_server=warn,opentelemetry=warn",
            secret: false,
            text: "Which log lines are written: error, warn, info, debug, or by module, such as \
                   portal=debug,info. The libraries' info lines are meant for their developers.",
        },
    ],
};
