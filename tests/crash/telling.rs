//! What the portal reveals in log lines, metrics and traces, and what it does not.

use crate::helpers::{CLIENT_ID, CLIENT_SECRET, Provider, free_port};
use crate::operator::Operator;
use crate::process::Process;
use crate::random::Random;
use crate::reckoning::did_not_panic;
use crate::setting::{Setting, email, on_each_database, tenant};
use dioxus::server::axum::body::Bytes;
use dioxus::server::axum::routing::post;
use dioxus::server::axum::{self, Router};
use portal::auth;
use portal::config::settings::SECTIONS;
use portal::model::{Email, Role, TenantId};
use reqwest::header::{AUTHORIZATION, COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;

/// A marker in every secret of this file's portals.
const MARKER: &str = "MARKERx7Qz";

/// A marker in a caller's made-up names.
const MADE_UP: &str = "MADEUP";

/// A collector of traces that keeps everything it receives.
struct Collector {
    url: String,
    received: Arc<Mutex<Vec<Bytes>>>,
}

impl Collector {
    async fn start() -> Self {
        let received = Arc::<Mutex<Vec<Bytes>>>::default();
        let kept = received.clone();
        let keep = async move |body: Bytes| {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(body);
        };
        let routes = Router::new().route("/v1/traces", post(keep));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, received }
    }

    fn text(&self) -> String {
        let received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        received.iter().map(|body| String::from_utf8_lossy(body)).collect()
    }
}

/// Adds a password to the URL; a Postgres that trusts everyone doesn't ask for it.
fn with_password(database_url: &str) -> String {
    match (database_url.strip_prefix("postgres://"), database_url.split_once('@')) {
        (Some(_), Some((user, rest))) if !user["postgres://".len()..].contains(':') => {
            format!("{user}:{MARKER}@{rest}")
        }
        _ => database_url.to_owned(),
    }
}

/// One-time links for a tenant's people, present and future, and a service token.
struct Given {
    invitation: String,
    reset: String,
    service_token: String,
}

impl Given {
    async fn at(setting: &Setting) -> Self {
        let (db, now) = (&setting.db, chrono::Utc::now());
        let tenant: TenantId = tenant(2).parse().expect("an id");
        let invited: Email = "invited@example.com".parse().expect("an email");
        let known = db.operator(&email(2)).await.expect("an answer").expect("an operator");
        let name = "runtime".parse().expect("a name");
        let hour = chrono::TimeDelta::hours(1);
        Self {
            invitation: auth::invite(db, &tenant, &invited, Role::Admin, now)
                .await
                .expect("a link"),
            reset: auth::offer_reset(db, &known.id, hour, now).await.expect("a link"),
            service_token: auth::add_service_token(db, &name, now).await.expect("a token").1,
        }
    }
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).and_then(|value| value.to_str().ok()).expect(name)
}

/// Goes to the provider and back; returns the provider's code and the session.
async fn sign_on(portal: &str) -> (String, String) {
    let http = Client::builder().redirect(Policy::none()).build().expect("a client");
    let get = async |url: &str, cookie: &str| {
        let answer = http.get(url).header(COOKIE, cookie).send().await.expect("an answer");
        assert!(answer.status().is_redirection(), "{} of {url}", answer.status());
        answer
    };
    let start = get(&format!("{portal}/auth/oidc/start"), "").await;
    let pending =
        header(&start, SET_COOKIE.as_str()).split(';').next().expect("a cookie").to_owned();
    let there = get(header(&start, LOCATION.as_str()), "").await;
    let back = header(&there, LOCATION.as_str());
    let code = back.split(['?', '&']).find_map(|pair| pair.strip_prefix("code=")).expect("a code");
    let begun = get(back, &pending).await;
    let cookies =
        begun.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut session =
        cookies.filter_map(|cookie| cookie.split(';').next()?.strip_prefix("portal_session="));
    (code.to_owned(), session.next_back().expect("a session").to_owned())
}

on_each_database! {
    async fn what_is_told_of_a_whole_run_names_its_ids_and_no_secret(setting: Setting) {
        let collector = Collector::start().await;
        let (provider, given) = (Provider::start().await, Given::at(&setting).await);
        provider.signs_in("somebody", &email(1), json!({}));
        let metrics_port = free_port();
        let mut environment = setting.environment(setting.port);
        environment.retain(|(name, _)| *name != "STRIPE_WEBHOOK_SECRET" && *name != "DATABASE_URL");
        environment.extend([
            ("DATABASE_URL", with_password(&setting.database_url)),
            ("STRIPE_SECRET_KEY", format!("sk_test_{MARKER}")),
            ("STRIPE_WEBHOOK_SECRET", format!("{},whsec_{MARKER}", setting.secret)),
            ("ENTITLEMENTS_TOKEN", format!("token-{MARKER}")),
            ("OIDC_ISSUER", provider.url.clone()),
            ("OIDC_CLIENT_ID", CLIENT_ID.to_owned()),
            ("OIDC_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
            ("METRICS_ADDR", format!("127.0.0.1:{metrics_port}")),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.clone()),
            ("OTEL_EXPORTER_OTLP_HEADERS", format!("x-key={MARKER}")),
            ("LOG_FORMAT", "json".to_owned()),
            ("RUST_LOG", "debug,portal=trace,hyper=trace,reqwest=trace,stripe=trace".to_owned()),
        ]);
        for section in SECTIONS {
            for secret in section.settings.iter().filter(|setting| setting.secret) {
                let is_set = environment.iter().any(|(name, _)| *name == secret.name);
                assert!(is_set, "{} has no marker", secret.name);
            }
        }
        let mut portal = Process::start("serve", &setting.folder.0, "portal", &environment);
        portal.ready(&format!("{}/readyz", setting.url())).await;

        let operator = Operator::new(0, setting.url(), setting.stripe_url.clone(), Random::new(3));
        let mut operator = operator.signed_in().await.subscribed().await;
        operator.hire().await;
        let http = operator.http.clone();
        let url = |path: &str| format!("{}{path}", setting.url());
        let wrong = json!({"email": email(0), "password": format!("password-{MARKER}")});
        for path in ["/api/auth/login", "/api/portal/account/password"] {
            let refused = http.post(url(path)).json(&wrong).send().await.expect("an answer");
            assert!(refused.status().is_client_error());
        }
        let entitlements = format!("/api/entitlements/{}", operator.tenant);
        let (known, wrong) = (format!("token-{MARKER}"), format!("wrong-{MARKER}"));
        for (token, status) in [(&known, 200), (&given.service_token, 200), (&wrong, 401)] {
            let ask = http.get(url(&entitlements)).header(AUTHORIZATION, format!("Bearer {token}"));
            assert_eq!(ask.send().await.expect("an answer").status(), status);
        }
        let (invitation, reset) = (&given.invitation, &given.reset);
        for page in [format!("/invitation/{invitation}"), format!("/password/{reset}")] {
            assert_eq!(http.get(url(&page)).send().await.expect("an answer").status(), 200);
            let sent = http.post(url(&page)).form(&[("password", MARKER)]).send().await;
            assert!(sent.expect("an answer").status().is_client_error());
        }
        let unknown = Method::from_bytes(MADE_UP.as_bytes()).expect("a method");
        let unknown = http.request(unknown, url("/billing")).header("x-request-id", MADE_UP.repeat(20));
        assert!(unknown.send().await.expect("an answer").status().is_client_error());
        let (code, other_session) = sign_on(&setting.url()).await;
        let unsigned = http.post(url("/api/webhooks/stripe")).body(format!("{{\"a\":\"{MARKER}\"}}"));
        assert_eq!(unsigned.send().await.expect("an answer").status(), 400);
        let metrics = http.get(format!("http://127.0.0.1:{metrics_port}/metrics"));
        let metrics = metrics.send().await.expect("an answer").text().await.expect("metrics");
        // With Stripe gone, calls to it are errors.
        setting.sandbox.signal("-KILL");
        let refresh = http.post(url("/api/portal/billing/refresh"));
        let refresh = refresh.header("cookie", operator.sessions.last().expect("a session"));
        let refresh = refresh.json(&json!({"tenant_id": operator.tenant})).send().await;
        assert_eq!(refresh.expect("an answer").status(), 503);
        portal.signal("-TERM");
        assert!(portal.end().await.success());
        did_not_panic(&portal);

        let (log, traces) = (portal.log(), collector.text());
        let session = operator.sessions[0].split_once('=').expect("a cookie").1;
        let (first, second) = (email(0), email(1));
        let secrets = [
            MARKER,
            MADE_UP,
            CLIENT_SECRET,
            &setting.secret,
            session,
            &other_session,
            &code,
            invitation,
            reset,
            &given.service_token,
            &first,
            &second,
            "invited@example.com",
            "/c/pay/",
        ];
        for (what, told) in [("the log", &log), ("metrics", &metrics), ("traces", &traces)] {
            for secret in secrets {
                let line = told.lines().find(|line| line.contains(secret));
                assert_eq!(line, None, "{secret} is in {what}");
            }
        }

        let hired = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut hired = hired.map(|line| line["span"].clone());
        let hired = hired.find(|span| span["route"] == "/api/portal/agents" && span["status"] == 200);
        let hired = hired.expect("a line about the agent's hiring");
        assert_eq!(hired["tenant_id"], operator.tenant);
        assert!(hired["id"].as_str().is_some_and(|id| id.len() > 20), "{hired}");
        assert!(log.lines().any(|line| line.contains("evt_") && line.contains("webhook stored")));

        for name in ["POST /api/portal/agents", "ListSubscription", "tenant_id"] {
            assert!(traces.contains(name), "{name} is in no trace");
        }

        for line in [
            "http_request_duration_seconds_count{method=\"POST\",route=\"/api/portal/agents\",status=\"200\"} 1",
            "stripe_request_duration_seconds_count{operation=\"CreateCheckoutSession\",outcome=\"ok\"} 1",
            "webhooks_refused_total{reason=\"bad_signature\"} 1",
            "tenants{status=\"none\"} 2",
            "inbox_events{state=\"dead\"} 0",
        ] {
            assert!(metrics.contains(line), "{line} is not in {metrics}");
        }
        for name in ["webhooks_received_total", "webhook_lag_seconds_count", "inbox_oldest_seconds"] {
            assert!(metrics.contains(name), "{name} is not in {metrics}");
        }
    }
}

on_each_database! {
    async fn that_traces_do_not_arrive_is_told_once(setting: Setting) {
        let nobody = format!("http://127.0.0.1:{}", free_port());
        let mut environment = setting.environment(setting.port);
        environment.push(("OTEL_EXPORTER_OTLP_ENDPOINT", nobody));
        environment.push(("OTEL_BSP_SCHEDULE_DELAY", "100".to_owned()));
        let mut portal = Process::start("serve", &setting.folder.0, "portal", &environment);
        portal.ready(&format!("{}/readyz", setting.url())).await;
        for _ in 0..10 {
            let page = reqwest::get(format!("{}/login", setting.url())).await.expect("an answer");
            assert_eq!(page.status(), 200);
            tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        }
        assert_eq!(portal.log().matches("traces can't be sent").count(), 1, "{}", portal.log());
    }
}
