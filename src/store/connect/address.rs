//! Parses a Postgres `DATABASE_URL`: libpq's parameters, as far as the driver knows them.

use super::tls::Trust;
use crate::causes::with_causes;
use crate::store::StoreError;
use percent_encoding::percent_decode_str;
use std::str::FromStr;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;

/// The timeout for connecting to Postgres: shorter than a caller waits for a connection, so that the
/// caller is told that the database is unreachable.
const CONNECTING: Duration = Duration::from_secs(4);
/// How long sent data may stay unacknowledged, and how long a connection may be idle before a keepalive
/// probe checks that Postgres is still there.
const SILENCE: Duration = Duration::from_secs(10);
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(3);
const ASKED_TIMES: u32 = 3;

/// The `sslrootcert` value for the authorities that browsers trust.
const PUBLIC: &str = "system";

/// Where Postgres is, and how its certificate is verified.
pub(super) struct Address {
    pub config: Config,
    pub trust: Trust,
}

impl FromStr for Address {
    type Err = StoreError;

    /// The driver knows neither `sslrootcert` nor `verify-ca` and `verify-full`. Here `sslmode=require`
    /// always verifies, and naming an authority implies it.
    fn from_str(url: &str) -> Result<Self, StoreError> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut known, mut mode, mut authorities) = (Vec::new(), None, None);
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some(("sslrootcert", path)) => {
                    authorities = Some(percent_decode_str(path).decode_utf8_lossy().into_owned());
                }
                Some(("sslmode", "verify-ca" | "verify-full")) => mode = Some("require"),
                Some(("sslmode", said)) => mode = Some(said),
                _ => known.push(pair.to_owned()),
            }
        }
        if let (Some(mode @ ("disable" | "prefer")), Some(_)) = (mode, &authorities) {
            return Err(StoreError::Configuration(format!(
                "DATABASE_URL: with sslmode={mode} no certificate is asked for: write \
                 sslmode=verify-full, or leave sslrootcert out"
            )));
        }
        let mode = mode.or(authorities.as_ref().map(|_| "require"));
        known.extend(mode.map(|mode| format!("sslmode={mode}")));
        let config = format!("{base}?{}", known.join("&")).parse().map_err(|error| {
            StoreError::Configuration(format!("DATABASE_URL: {}", with_causes(&error)))
        })?;
        let config = with_limits(config);
        let trust = match authorities.as_deref() {
            Some(PUBLIC) => Trust::PublicAuthorities,
            Some(path) => Trust::AuthoritiesIn(path.into()),
            None if config.get_ssl_mode() == SslMode::Require => Trust::PublicAuthorities,
            None => Trust::Anyone,
        };
        Ok(Self { config, trust })
    }
}

/// Sets timeouts, unless the URL does, after which a machine that vanished silently counts as gone.
/// With the system's own, a query would wait for a quarter of an hour or more.
fn with_limits(mut config: Config) -> Config {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECTING);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
    if config.get_keepalives_idle() == Config::new().get_keepalives_idle() {
        config.keepalives_idle(SILENCE);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(ASKED_AGAIN_AFTER);
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(ASKED_TIMES);
    }
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "postgres://portal@db.example.com/portal";

    fn read(query: &str) -> Address {
        format!("{URL}{query}").parse().expect("an address")
    }

    fn limits(query: &str) -> [Option<Duration>; 4] {
        let config = read(query).config;
        [
            config.get_connect_timeout().copied(),
            config.get_tcp_user_timeout().copied(),
            Some(config.get_keepalives_idle()),
            config.get_keepalives_interval(),
        ]
    }

    #[test]
    fn a_vanished_postgres_is_given_up_soon_unless_its_address_says_otherwise() {
        let seconds = |all: [u64; 4]| all.map(|one| Some(Duration::from_secs(one)));
        assert_eq!(limits(""), seconds([4, 10, 10, 3]));
        let settings = "?connect_timeout=60&tcp_user_timeout=61&keepalives_idle=62";
        assert_eq!(limits(settings), seconds([60, 61, 62, 3]));
        let settings = "?keepalives_interval=63&keepalives_retries=9";
        assert_eq!(limits(settings), seconds([4, 10, 10, 63]));
        assert_eq!(read(settings).config.get_keepalives_retries(), Some(9));
    }

    #[test]
    fn a_certificate_is_verified_where_encryption_is_demanded() {
        let file = |path: &str| Trust::AuthoritiesIn(path.into());
        for (query, mode, trust) in [
            ("", SslMode::Prefer, Trust::Anyone),
            ("?sslmode=disable", SslMode::Disable, Trust::Anyone),
            ("?sslmode=require", SslMode::Require, Trust::PublicAuthorities),
            ("?sslmode=verify-full&sslrootcert=system", SslMode::Require, Trust::PublicAuthorities),
            ("?sslrootcert=system", SslMode::Require, Trust::PublicAuthorities),
            ("?sslrootcert=/etc/ca.pem", SslMode::Require, file("/etc/ca.pem")),
            (
                "?sslrootcert=/etc/a%20b.pem&sslmode=verify-ca",
                SslMode::Require,
                file("/etc/a b.pem"),
            ),
        ] {
            let Address { config, trust: found } = read(query);
            assert_eq!((config.get_ssl_mode(), found), (mode, trust), "{query}");
        }
    }

    #[test]
    fn an_authority_that_nobody_is_asked_about_is_no_use() {
        for mode in ["disable", "prefer"] {
            let url = format!("{URL}?sslmode={mode}&sslrootcert=system");
            let error = url.parse::<Address>().err().expect("an error").to_string();
            assert!(error.contains("verify-full"), "{error}");
        }
    }

    #[test]
    fn a_word_that_is_not_known_is_named() {
        let error = format!("{URL}?sslmod=require").parse::<Address>().err().expect("an error");
        assert!(error.to_string().contains("sslmod"), "{error}");
    }
}
