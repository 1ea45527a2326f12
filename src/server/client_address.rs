//! Where a request comes from. Behind a proxy the connection is the proxy's, and `X-Forwarded-For`
//! names the client; but anyone can send that header, so it is believed only as far as it was written
//! by proxies that the configuration trusts.

use crate::config::TrustedProxies;
use dioxus::server::axum::extract::{ConnectInfo, FromRequestParts};
use dioxus::server::http::request::Parts;
use dioxus::server::http::{HeaderMap, HeaderName};
use ipnet::Ipv6Net;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// How much of an IPv6 address tells a provider's customers apart: they can choose the rest anew for
/// each request. A household is often given a /56.
const V6_PREFIX: u8 = 56;

/// The address that a request comes from, as far as it can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// What limits count by: the address, or the network of an IPv6 address.
    pub fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => Ipv6Net::new(address, V6_PREFIX)
                .map_or(self.0, |network| IpAddr::V6(network.network())),
        }
    }

    /// The client behind a connection from `peer`: the rightmost address that is not a trusted proxy's.
    pub fn behind(proxies: &TrustedProxies, peer: IpAddr, headers: &HeaderMap) -> Self {
        let mut client = peer.to_canonical();
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        // What one hop wrote must not hide the others, so each is read on its own.
        let mut hops = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        while proxies.trusts(client)
            && let Some(address) = hops.next().and_then(address)
        {
            client = address;
        }
        Self(client)
    }
}

/// Parses an address as proxies write it, with or without a port.
fn address(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?.trim();
    let bare = hop.trim_start_matches('[').trim_end_matches(']').parse();
    let address: IpAddr =
        bare.ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))?;
    Some(address.to_canonical())
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // Without a connection, clients can't be told apart.
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        let proxies = parts.extensions.get::<TrustedProxies>().cloned().unwrap_or_default();
        Ok(Self::behind(&proxies, peer, &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dioxus::server::http::HeaderValue;

    /// The client behind `peer` that these headers name.
    fn client(trusted: &str, peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers
                .append(FORWARDED_FOR, HeaderValue::from_bytes(line.as_bytes()).expect("a value"));
        }
        let proxies: TrustedProxies = trusted.parse().expect("a list");
        ClientAddress::behind(&proxies, peer.parse().expect("an address"), &headers).0.to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_not_a_trusted_proxy() {
        assert_eq!(client("", "203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(client("10.0.0.0/8", "203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
    }

    #[test]
    fn the_client_is_the_last_one_that_a_trusted_proxy_vouches_for() {
        let trusted = "10.0.0.0/8, 192.0.2.7";
        assert_eq!(client(trusted, "10.1.2.3", &["198.51.100.1"]), "198.51.100.1");
        // What the client itself wrote is to the left of what the proxies wrote.
        let told = ["1.1.1.1, 198.51.100.1, 192.0.2.7"];
        assert_eq!(client(trusted, "10.1.2.3", &told), "198.51.100.1");
        let told = ["1.1.1.1", "198.51.100.1", "10.9.9.9"];
        assert_eq!(client(trusted, "10.1.2.3", &told), "198.51.100.1");
        let told = ["\u{ff}, 198.51.100.1"];
        assert_eq!(client(trusted, "10.1.2.3", &told), "198.51.100.1");
    }

    #[test]
    fn where_the_trail_ends_the_last_known_address_counts() {
        let trusted = "10.0.0.0/8";
        assert_eq!(client(trusted, "10.1.2.3", &[]), "10.1.2.3");
        assert_eq!(client(trusted, "10.1.2.3", &["10.4.4.4"]), "10.4.4.4");
        assert_eq!(client(trusted, "10.1.2.3", &["198.51.100.1, unknown"]), "10.1.2.3");
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for (written, read) in [
            ("198.51.100.1:443", "198.51.100.1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("::ffff:198.51.100.1", "198.51.100.1"),
        ] {
            assert_eq!(client("::1, 127.0.0.1", "::1", &[written]), read);
            assert_eq!(client("127.0.0.1", "::ffff:127.0.0.1", &[written]), read);
        }
    }

    #[test]
    fn a_limit_counts_an_ipv6_network_as_one() {
        let network = |address: &str| ClientAddress(address.parse().expect("one")).network();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:ff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:102::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
