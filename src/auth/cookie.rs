//! The portal's `HttpOnly` cookies.

use crate::model::SESSION_LIFETIME;
use dioxus::server::http::HeaderMap;
use dioxus::server::http::header::COOKIE;

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

/// A cookie for all pages of this portal. On https its name itself makes browsers require `Secure`,
/// `Path=/` and no `Domain`. Lax: browsers send it on the return from Stripe.
pub struct Cookie {
    name: &'static str,
    secure_name: &'static str,
    /// How long a browser keeps it.
    seconds: i64,
}

impl Cookie {
    /// The session's token.
    pub const SESSION: Self = Self {
        name: "portal_session",
        secure_name: "__Host-portal_session",
        seconds: SESSION_LIFETIME.num_seconds(),
    };

    /// A device that somebody has signed in on: for half a year after the last time.
    pub const DEVICE: Self =
        Self { name: "portal_device", secure_name: "__Host-portal_device", seconds: 180 * DAY };

    /// What a signed-out visitor's forms are tied to: nobody leaves a sign-in page open for longer.
    pub const VISITOR: Self =
        Self { name: "portal_visitor", secure_name: "__Host-portal_visitor", seconds: 7 * DAY };

    /// A single sign-on that has begun: the visitor may take this long at the provider.
    pub const SIGN_ON: Self =
        Self { name: "portal_sign_on", secure_name: "__Host-portal_sign_on", seconds: 10 * MINUTE };

    /// A message for the next page, which may take this long to load.
    pub const NOTICE: Self =
        Self { name: "portal_notice", secure_name: "__Host-portal_notice", seconds: MINUTE };

    /// The value that a request carries; `secure`, here as below, is whether the portal is on https.
    pub fn read<'a>(&self, headers: &'a HeaderMap, secure: bool) -> Option<&'a str> {
        cookie_of(headers, self.name(secure))
    }

    /// The `Set-Cookie` that stores this.
    pub fn set(&self, value: &str, secure: bool) -> String {
        self.for_seconds(value, self.seconds, secure)
    }

    /// The `Set-Cookie` that deletes it.
    pub fn clear(&self, secure: bool) -> String {
        self.for_seconds("", 0, secure)
    }

    fn for_seconds(&self, value: &str, seconds: i64, secure: bool) -> String {
        let name = self.name(secure);
        let flag = if secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{flag}")
    }

    fn name(&self, secure: bool) -> &'static str {
        if secure { self.secure_name } else { self.name }
    }
}

/// The value of the cookie with this name, unless it is empty.
pub fn cookie_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookies_are_on_the_wire_what_browsers_have_kept_of_them() {
        for (cookie, plain, seconds) in [
            (Cookie::SESSION, "portal_session", 1_209_600),
            (Cookie::DEVICE, "portal_device", 15_552_000),
            (Cookie::VISITOR, "portal_visitor", 604_800),
            (Cookie::SIGN_ON, "portal_sign_on", 600),
            (Cookie::NOTICE, "portal_notice", 60),
        ] {
            let rest = format!("Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax");
            assert_eq!(cookie.set("a", false), format!("{plain}=a; {rest}"));
            assert_eq!(cookie.set("a", true), format!("__Host-{plain}=a; {rest}; Secure"));
            let gone =
                format!("__Host-{plain}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
            assert_eq!(cookie.clear(true), gone);
        }
    }
}
