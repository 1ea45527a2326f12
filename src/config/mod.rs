//! The environment, read once and checked at start.

mod access;
mod addresses;
mod limits;
mod oidc;
mod proxies;
pub mod reference;
pub mod settings;
mod stripe;
mod telemetry;
mod values;

pub use access::AccessConfig;
pub use limits::Limits;
pub use oidc::{Domain, OidcConfig, RoleClaim};
pub use proxies::TrustedProxies;
pub use telemetry::{LogFormat, TelemetryConfig, TracesConfig};

use crate::billing::{RepeatedTrial, Settings};
use crate::store::sqlite_path;
use crate::stripe::{PriceRef, StripeConfig};
use chrono::TimeDelta;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use values::Values;

/// This installation's configuration, read from its environment.
#[derive(Clone)]
pub struct Config {
    pub addr: SocketAddr,
    /// The public base URL, without a trailing slash; where it listens, if not given.
    pub portal_url: Option<String>,
    pub database_url: String,
    pub stripe: StripeSource,
    /// The secrets that may sign webhooks: several, so that one can be rotated.
    pub webhook_secrets: Vec<String>,
    /// `STRIPE_PRICE`.
    pub price: PriceRef,
    pub portal_configuration: Option<String>,
    /// What happens to a trial whose card or owner has had one with another tenant.
    pub repeated_trial: RepeatedTrial,
    /// `STRIPE_ALLOW_PROMOTION_CODES`: whether Checkout has a field for them.
    pub allow_promotion_codes: bool,
    /// `STRIPE_AUTOMATIC_TAX`: whether Stripe calculates the tax.
    pub automatic_tax: bool,
    /// A bearer token for the entitlements, besides the service tokens in the database.
    pub entitlements_token: Option<String>,
    /// `DRAIN_SECONDS`: for how long the portal goes on serving once it is told to stop, while
    /// `/readyz` says that it is not ready.
    pub drain: Duration,
    pub sandbox_addr: SocketAddr,
    /// The file the sandbox keeps its state in; `None` keeps it in memory.
    pub sandbox_state: Option<PathBuf>,
    /// `INBOX_RETENTION_DAYS`: how long a finished event is kept.
    pub inbox_kept_for: TimeDelta,
    pub telemetry: TelemetryConfig,
    pub access: AccessConfig,
    /// The provider that operators may sign in with.
    pub oidc: Option<OidcConfig>,
    pub limits: Limits,
    /// `STRIPE_CUSTOM_DOMAIN`: the origin of hosted payment pages that are not at Stripe's own address.
    pub hosted_pages: Option<String>,
}

/// Which Stripe the portal talks to.
#[derive(Clone)]
pub enum StripeSource {
    /// The sandbox in this very process.
    Sandbox,
    /// Stripe, or another server that speaks its protocol.
    Stripe(StripeConfig),
}

/// A configuration that can't work, in one line that says what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

impl Config {
    /// Reads the environment, and `file` for what is not set there, or is empty.
    pub fn from_env(file: &HashMap<String, String>) -> Result<Self, ConfigError> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        Self::read(|name| set(name).or_else(|| file.get(name).cloned()))
    }

    /// Reads the names from `lookup`; an empty value counts as none.
    ///
    /// # Errors
    /// For the first value that can't work.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let values = Values::read(lookup)?;
        let get = |name| values.get(name);
        let addr = SocketAddr::new(values.parse("IP")?, values.parse("PORT")?);
        let sandbox_port = values.parse("SANDBOX_PORT")?;
        let api_base = get("STRIPE_API_BASE");
        let stripe = match get("STRIPE_SECRET_KEY") {
            Some(key) => StripeSource::Stripe(stripe::account(key, api_base)?),
            None if api_base.is_some() => {
                return Err(ConfigError(
                    "STRIPE_API_BASE is set without STRIPE_SECRET_KEY: set both, or neither to \
                     run on the sandbox"
                        .to_owned(),
                ));
            }
            None => StripeSource::Sandbox,
        };
        let webhook_secrets = stripe::webhook_secrets(get("STRIPE_WEBHOOK_SECRET"));
        let portal_url = get("PORTAL_URL").map(|url| addresses::origin(url.trim())).transpose()?;
        let database_url: String = values.parse("DATABASE_URL")?;
        Ok(Self {
            addr,
            portal_url,
            sandbox_state: sandbox_state(&database_url),
            database_url,
            stripe,
            webhook_secrets,
            price: values.parse("STRIPE_PRICE")?,
            portal_configuration: get("STRIPE_PORTAL_CONFIGURATION"),
            repeated_trial: values.parse("STRIPE_REPEATED_TRIAL")?,
            allow_promotion_codes: values.parse("STRIPE_ALLOW_PROMOTION_CODES")?,
            automatic_tax: values.parse("STRIPE_AUTOMATIC_TAX")?,
            entitlements_token: get("ENTITLEMENTS_TOKEN"),
            drain: Duration::from_secs(values.parse::<u32>("DRAIN_SECONDS")?.into()),
            sandbox_addr: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), sandbox_port),
            inbox_kept_for: inbox_kept_for(values.parse("INBOX_RETENTION_DAYS")?)?,
            telemetry: TelemetryConfig::read(&values)?,
            access: AccessConfig::read(&values)?,
            oidc: OidcConfig::read(&values)?,
            limits: Limits::read(&values)?,
            hosted_pages: get("STRIPE_CUSTOM_DOMAIN").map(addresses::custom_domain).transpose()?,
        })
    }

    /// Whether people reach the portal at an address of the machine itself.
    pub fn is_at_home(&self) -> bool {
        self.portal_url.as_deref().is_none_or(addresses::is_of_this_machine)
    }

    /// The settings of the billing rules, with this public URL.
    pub fn settings(&self, portal_url: String) -> Settings {
        Settings {
            portal_url,
            price: self.price.clone(),
            portal_configuration: self.portal_configuration.clone(),
            repeated_trial: self.repeated_trial,
            allow_promotion_codes: self.allow_promotion_codes,
            automatic_tax: self.automatic_tax,
        }
    }
}

/// Named after the portal's own database: beside it where that is a file, else in `data`.
fn sandbox_state(database_url: &str) -> Option<PathBuf> {
    let Some(database) = sqlite_path(database_url) else {
        let (address, _) = database_url.split_once('?').unwrap_or((database_url, ""));
        // Whatever stands before it, a password too, has no business in a file's name.
        let place = address.rsplit_once('@').or(address.split_once("://"));
        let place = place.map_or(address, |(_, place)| place);
        let name: Vec<&str> = place.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        return Some(PathBuf::from(format!("data/sandbox-{}.db", name.join("-"))));
    };
    let beside = Path::new(database).with_extension("sandbox.db");
    (!database.is_empty() && !database.starts_with(":memory:")).then_some(beside)
}

/// Stripe can resend an event for 30 days: one pruned earlier would count as new.
fn inbox_kept_for(days: i64) -> Result<TimeDelta, ConfigError> {
    if (30..=36_500).contains(&days) {
        Ok(TimeDelta::days(days))
    } else {
        Err(ConfigError(format!(
            "INBOX_RETENTION_DAYS must be from 30 to 36500, not {days}: Stripe can send an event \
             again for 30 days"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::read(|name| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn without_anything_set_it_runs_on_the_sandbox() {
        let config = read(&[]).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(config.addr.to_string(), "127.0.0.1:8080");
        assert_eq!(config.portal_url, None);
        assert_eq!(config.database_url, "sqlite:data/portal.db");
        assert!(matches!(config.stripe, StripeSource::Sandbox));
    }

    #[test]
    fn the_sandbox_keeps_its_state_beside_the_database() {
        for (url, expected) in [
            ("sqlite:data/portal.db", Some("data/portal.sandbox.db")),
            ("sqlite:///srv/portal/main.db", Some("/srv/portal/main.sandbox.db")),
            ("postgres://portal:secret@localhost/portal", Some("data/sandbox-localhost-portal.db")),
            ("postgres://db:5432/a?sslmode=require", Some("data/sandbox-db-5432-a.db")),
            ("postgresql://db/a-b", Some("data/sandbox-db-a-b.db")),
            ("postgres://portal:secret@db", Some("data/sandbox-db.db")),
            ("sqlite::memory:", None),
        ] {
            let config = read(&[("DATABASE_URL", url)]).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(config.sandbox_state, expected.map(PathBuf::from), "{url}");
        }
    }

    #[test]
    fn what_cannot_work_is_refused_by_name() {
        let oidc = |name, value| {
            vec![("OIDC_ISSUER", "https://id.example"), ("OIDC_CLIENT_ID", "portal"), (name, value)]
        };
        let refused = [
            (vec![("PORT", "eighty")], "PORT"),
            (vec![("PORT", "70000")], "PORT"),
            (vec![("IP", "localhost")], "IP"),
            (vec![("PORTAL_URL", "portal.example.com")], "PORTAL_URL"),
            (vec![("PORTAL_URL", "https://a.example/portal")], "PORTAL_URL"),
            (vec![("PORTAL_URL", "https://a.example?b=c")], "PORTAL_URL"),
            (vec![("PORTAL_URL", "https://me:mine@a.example")], "PORTAL_URL"),
            (vec![("PORTAL_URL", "https://a.example:99999")], "PORTAL_URL"),
            (vec![("LOG_FORMAT", "xml")], "LOG_FORMAT"),
            (vec![("METRICS_ADDR", "9464")], "METRICS_ADDR"),
            (
                vec![("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318")],
                "OTEL_EXPORTER_OTLP_ENDPOINT",
            ),
            (vec![("MAX_CONNECTIONS", "many")], "MAX_CONNECTIONS"),
            (vec![("REQUESTS_PER_SESSION", "-1")], "REQUESTS_PER_SESSION"),
            (vec![("STRIPE_CUSTOM_DOMAIN", "http://a.example/pay")], "STRIPE_CUSTOM_DOMAIN"),
            (vec![("DRAIN_SECONDS", "-1")], "DRAIN_SECONDS"),
            (vec![("STRIPE_REPEATED_TRIAL", "yes")], "STRIPE_REPEATED_TRIAL"),
            (vec![("STRIPE_ALLOW_PROMOTION_CODES", "yes")], "STRIPE_ALLOW_PROMOTION_CODES"),
            (vec![("STRIPE_AUTOMATIC_TAX", "1")], "STRIPE_AUTOMATIC_TAX"),
            (vec![("SESSION_IDLE_HOURS", "0")], "SESSION_IDLE_HOURS"),
            (vec![("SESSION_IDLE_HOURS", "337")], "SESSION_IDLE_HOURS"),
            (vec![("TRUSTED_PROXIES", "10.0.0.0/33")], "TRUSTED_PROXIES"),
            (vec![("OIDC_ALLOWED_DOMAINS", "acme.example")], "OIDC_ALLOWED_DOMAINS"),
            (oidc("OIDC_ALLOWED_DOMAINS", ","), "OIDC_ALLOWED_DOMAINS"),
            (oidc("OIDC_ALLOWED_DOMAINS", "=acme"), "OIDC_ALLOWED_DOMAINS"),
            (oidc("OIDC_ROLE_CLAIM", "groups"), "OIDC_ROLE_CLAIM"),
            (vec![("INBOX_RETENTION_DAYS", "29")], "INBOX_RETENTION_DAYS"),
            (vec![("INBOX_RETENTION_DAYS", "36501")], "INBOX_RETENTION_DAYS"),
            (vec![("INBOX_RETENTION_DAYS", "a month")], "INBOX_RETENTION_DAYS"),
            (vec![("STRIPE_SECRET_KEY", "pk_test_1")], "STRIPE_SECRET_KEY"),
            (vec![("STRIPE_API_BASE", "http://127.0.0.1:1")], "STRIPE_API_BASE"),
            (
                vec![
                    ("STRIPE_SECRET_KEY", "sk_live_1"),
                    ("STRIPE_WEBHOOK_SECRET", "whsec_1"),
                    ("STRIPE_API_BASE", "http://127.0.0.1:12111"),
                ],
                "live key",
            ),
        ];
        for (pairs, name) in refused {
            match read(&pairs) {
                Ok(_) => panic!("{pairs:?} was taken"),
                Err(error) => assert!(error.0.contains(name), "{error}"),
            }
        }
    }

    #[test]
    fn a_secret_is_read_from_its_file() {
        let file = std::env::temp_dir().join(format!("portal-secret-{}", std::process::id()));
        let path = file.to_str().expect("UTF-8");
        std::fs::write(&file, "sk_test_from_a_file\n").expect("a file");
        let set = [("STRIPE_SECRET_KEY_FILE", path), ("STRIPE_WEBHOOK_SECRET", "whsec_1")];
        let config = read(&set).unwrap_or_else(|error| panic!("{error}"));
        let StripeSource::Stripe(stripe) = config.stripe else { panic!("the key was not read") };
        assert_eq!(stripe.secret_key, "sk_test_from_a_file");

        let both = [("STRIPE_SECRET_KEY_FILE", path), ("STRIPE_SECRET_KEY", "sk_test_1")];
        assert!(read(&both).is_err_and(|error| error.0.contains("both set")));
        std::fs::write(&file, "\n").expect("a file");
        assert!(read(&set).is_err_and(|error| error.0.contains("is empty")));
        std::fs::remove_file(&file).expect("the file is there");
        assert!(read(&set).is_err_and(|error| error.0.contains("can't be read")));
    }

    #[test]
    fn several_webhook_secrets_are_read() {
        let pairs =
            [("STRIPE_SECRET_KEY", "sk_test_1"), ("STRIPE_WEBHOOK_SECRET", "whsec_a, whsec_b")];
        let config = read(&pairs).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(config.webhook_secrets, ["whsec_a", "whsec_b"]);
    }
}
