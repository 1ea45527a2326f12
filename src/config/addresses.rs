//! URLs that others are sent to.

use crate::config::ConfigError;
use std::net::IpAddr;

/// The origin of a URL that names a host and nothing else.
pub fn origin(address: &str) -> Result<String, ConfigError> {
    let plain = |url: &reqwest::Url| {
        matches!(url.scheme(), "http" | "https")
            && url.path() == "/"
            && (url.username(), url.password()) == ("", None)
            && (url.query(), url.fragment()) == (None, None)
    };
    let url = reqwest::Url::parse(address).ok().filter(plain);
    url.map(|url| url.origin().ascii_serialization()).ok_or_else(|| {
        // Doesn't quote the value: it may contain a password.
        ConfigError(
            "PORTAL_URL must begin with http:// or https:// and end with the host or its port, such as https://billing.example.com"
                .to_owned(),
        )
    })
}

/// Whether the URL's host is the machine itself.
pub fn is_of_this_machine(url: &str) -> bool {
    let url = reqwest::Url::parse(url);
    let host = url.as_ref().ok().and_then(|url| url.host_str()).unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The origin of a domain, which may already be given as one.
pub fn custom_domain(domain: String) -> Result<String, ConfigError> {
    let name = domain.trim().trim_end_matches('/');
    let name = name.strip_prefix("https://").unwrap_or(name);
    if name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')) {
        Ok(format!("https://{name}"))
    } else {
        Err(ConfigError(format!(
            "STRIPE_CUSTOM_DOMAIN must be a domain like pay.example.com, not '{domain}'"
        )))
    }
}
