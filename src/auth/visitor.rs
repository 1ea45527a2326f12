//! What a request says about whoever tries to sign in.

use crate::auth::Cookie;
use crate::auth::device::Device;
use crate::auth::session::user_agent;
use dioxus::server::axum::response::AppendHeaders;
use dioxus::server::http::header::SET_COOKIE;
use dioxus::server::http::{HeaderMap, HeaderName};
use std::net::IpAddr;

/// Where a request to sign in comes from.
pub struct Visitor {
    /// The network that rate limits count by.
    pub network: IpAddr,
    /// What the operator will recognise the session by.
    pub user_agent: Option<String>,
    /// The token of their present session, which ends when they sign in anew.
    pub session: Option<String>,
    /// The device, which may have been signed in on before.
    pub device: Option<Device>,
}

impl Visitor {
    /// What the headers say about their sender; `secure` is whether cookies travel over https only.
    pub fn new(network: IpAddr, headers: &HeaderMap, secure: bool) -> Self {
        Self {
            network,
            user_agent: user_agent(headers),
            session: Cookie::SESSION.read(headers, secure).map(str::to_owned),
            device: Device::of(headers, secure),
        }
    }
}

/// A session that has just begun.
pub struct Begun {
    /// Its token, which is not stored.
    pub(super) session: String,
    /// The device that is recognised from now on, if a password was used.
    pub(super) device: Option<Device>,
}

impl Begun {
    /// The cookies of both.
    pub fn cookies(&self, secure: bool) -> AppendHeaders<Vec<(HeaderName, String)>> {
        let device = self.device.as_ref().map(|device| device.cookie(secure));
        let cookies = [Cookie::SESSION.set(&self.session, secure)].into_iter().chain(device);
        AppendHeaders(cookies.map(|cookie| (SET_COOKIE, cookie)).collect())
    }
}
