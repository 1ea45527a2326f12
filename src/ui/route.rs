//! The addresses of the pages.
//!
//! Written by hand rather than derived: the derive ends every address that may have a query in "?" or
//! "&", and these addresses are read by people and compared by links.

use crate::model::ActivityTopic;
use crate::ui::layout::Shell;
use crate::ui::pages::{Account, Activity, Agents, Billing, Login, NotFound, Tenants};
use dioxus::prelude::*;
use dioxus::router::SiteMapSegment;
use dioxus::router::exports::percent_encoding::{
    AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode,
};
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// What is percent-encoded in a value: everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where the operator is, or can go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    Login {
        /// Why the last attempt failed: "invalid", "throttled", or single sign-on's own code.
        error: Option<String>,
        email: Option<String>,
        /// Where to go once signed in.
        next: Option<String>,
    },
    Billing {
        tenant_id: Option<String>,
        /// The Checkout Session's `id`, on return from Checkout.
        session_id: Option<String>,
        /// How many seats to quote.
        seats: Option<i64>,
    },
    Agents {
        tenant_id: Option<String>,
        /// What the names of the agents shown contain.
        search: Option<String>,
        /// Which page of them, from 1.
        page: Option<u32>,
    },
    Activity {
        tenant_id: Option<String>,
        /// What the entries shown are about.
        topic: Option<ActivityTopic>,
        /// The last entry of the previous page.
        before: Option<i64>,
    },
    Account {
        tenant_id: Option<String>,
    },
    /// All tenants, for platform administrators.
    Tenants {
        /// How the names of the tenants shown begin.
        search: Option<String>,
        /// The last tenant of the previous page.
        after: Option<String>,
    },
    /// Every component on one page.
    #[cfg(debug_assertions)]
    Components {},
    NotFound {
        path: String,
    },
}

impl Route {
    /// The path of every page. There are no others.
    pub const PATHS: &[&str] = &[
        "/",
        "/login",
        "/billing",
        "/agents",
        "/activity",
        "/account",
        "/tenants",
        #[cfg(debug_assertions)]
        "/_components",
    ];

    /// The billing page of the tenant being looked at.
    pub fn billing(tenant_id: Option<String>) -> Self {
        Self::Billing { tenant_id, session_id: None, seats: None }
    }

    /// The agents page of the tenant being looked at.
    pub fn agents(tenant_id: Option<String>) -> Self {
        Self::Agents { tenant_id, search: None, page: None }
    }

    /// The newest activity of the tenant being looked at.
    pub fn activity(tenant_id: Option<String>) -> Self {
        Self::Activity { tenant_id, topic: None, before: None }
    }

    /// The operator's account, keeping the tenant being looked at.
    pub fn account(tenant_id: Option<String>) -> Self {
        Self::Account { tenant_id }
    }

    /// The sign-in page, which leads back to `next`.
    pub fn login(next: String) -> Self {
        Self::Login { error: None, email: None, next: Some(next) }
    }

    /// Where single sign-on starts, which leads back to `next`. Not a page.
    pub fn sign_on(next: Option<&str>) -> String {
        match next {
            Some(next) => format!("/auth/oidc/start?next={}", utf8_percent_encode(next, RESERVED)),
            None => "/auth/oidc/start".to_owned(),
        }
    }

    /// The tenant that the address names.
    pub fn tenant_id(&self) -> Option<String> {
        match self {
            Self::Billing { tenant_id, .. }
            | Self::Agents { tenant_id, .. }
            | Self::Activity { tenant_id, .. }
            | Self::Account { tenant_id } => tenant_id.clone(),
            #[cfg(debug_assertions)]
            Self::Components {} => None,
            Self::NotFound { path } => {
                path.split_once('?').and_then(|(_, query)| value(query, "tenant_id"))
            }
            Self::Login { .. } | Self::Tenants { .. } => None,
        }
    }
}

impl FromStr for Route {
    type Err = Infallible;

    fn from_str(address: &str) -> Result<Self, Infallible> {
        let address = address.split('#').next().unwrap_or_default();
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        if !Self::PATHS.contains(&path) {
            return Ok(Self::NotFound { path: address.to_owned() });
        }
        Ok(match path {
            "/login" => Self::Login {
                error: value(query, "error"),
                email: value(query, "email"),
                next: value(query, "next"),
            },
            "/" | "/billing" => Self::Billing {
                tenant_id: value(query, "tenant_id"),
                session_id: value(query, "session_id"),
                seats: value(query, "seats").and_then(|seats| seats.parse().ok()),
            },
            "/agents" => Self::Agents {
                tenant_id: value(query, "tenant_id"),
                search: value(query, "search"),
                page: value(query, "page").and_then(|page| page.parse().ok()),
            },
            "/activity" => Self::Activity {
                tenant_id: value(query, "tenant_id"),
                topic: value(query, "topic").and_then(|topic| topic.parse().ok()),
                before: value(query, "before").and_then(|id| id.parse().ok()),
            },
            "/account" => Self::Account { tenant_id: value(query, "tenant_id") },
            "/tenants" => {
                Self::Tenants { search: value(query, "search"), after: value(query, "after") }
            }
            #[cfg(debug_assertions)]
            "/_components" => Self::Components {},
            _ => Self::NotFound { path: address.to_owned() },
        })
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Login { error, email, next } => {
                f.write_str("/login")?;
                write_query(f, &[("error", error), ("email", email), ("next", next)])
            }
            Self::Billing { tenant_id, session_id, seats } => {
                f.write_str("/billing")?;
                let seats = seats.map(|seats| seats.to_string());
                let session = ("session_id", session_id);
                write_query(f, &[("tenant_id", tenant_id), session, ("seats", &seats)])
            }
            Self::Agents { tenant_id, search, page } => {
                f.write_str("/agents")?;
                let page = page.map(|page| page.to_string());
                write_query(f, &[("tenant_id", tenant_id), ("search", search), ("page", &page)])
            }
            Self::Activity { tenant_id, topic, before } => {
                f.write_str("/activity")?;
                let before = before.map(|id| id.to_string());
                let topic = topic.map(|topic| topic.as_str().to_owned());
                write_query(f, &[("tenant_id", tenant_id), ("topic", &topic), ("before", &before)])
            }
            Self::Account { tenant_id } => {
                f.write_str("/account")?;
                write_query(f, &[("tenant_id", tenant_id)])
            }
            Self::Tenants { search, after } => {
                f.write_str("/tenants")?;
                write_query(f, &[("search", search), ("after", after)])
            }
            #[cfg(debug_assertions)]
            Self::Components {} => f.write_str("/_components"),
            Self::NotFound { path } => f.write_str(path),
        }
    }
}

impl Routable for Route {
    /// Only static site generation reads it.
    const SITE_MAP: &'static [SiteMapSegment] = &[];

    fn render(&self, level: usize) -> Element {
        match (self.clone(), level) {
            (Self::Login { error, email, next }, 0) => rsx! {
                Login { error, email, next }
            },
            #[cfg(debug_assertions)]
            (Self::Components {}, 0) => rsx! {
                crate::ui::pages::Components {}
            },
            (_, 0) => rsx! {
                Shell {}
            },
            (Self::Billing { tenant_id, session_id, seats }, 1) => rsx! {
                Billing { tenant_id, session_id, seats }
            },
            (Self::Agents { tenant_id, search, page }, 1) => rsx! {
                Agents { tenant_id, search, page }
            },
            (Self::Activity { tenant_id, topic, before }, 1) => rsx! {
                Activity { tenant_id, topic, before }
            },
            (Self::Account { tenant_id }, 1) => rsx! {
                Account { tenant_id }
            },
            (Self::Tenants { search, after }, 1) => rsx! {
                Tenants { search, after }
            },
            (Self::NotFound { .. }, 1) => rsx! {
                NotFound {}
            },
            _ => VNode::empty(),
        }
    }
}

/// Decodes a query argument as forms encode it; an empty one is `None`.
fn value(query: &str, name: &str) -> Option<String> {
    let (_, raw) =
        query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?;
    let spaced = raw.replace('+', " ");
    let text = percent_decode_str(&spaced).decode_utf8_lossy().into_owned();
    (!text.is_empty()).then_some(text)
}

fn write_query(f: &mut fmt::Formatter<'_>, pairs: &[(&str, &Option<String>)]) -> fmt::Result {
    let mut before = '?';
    for (name, text) in pairs {
        if let Some(text) = text {
            let text = utf8_percent_encode(text, RESERVED);
            write!(f, "{before}{name}={text}")?;
            before = '&';
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> Route {
        let Ok(route) = address.parse();
        route
    }

    #[test]
    fn an_address_without_a_query_has_no_question_mark() {
        assert_eq!(read("/billing").to_string(), "/billing");
        assert_eq!(read("/").to_string(), "/billing");
        assert_eq!(read("/agents?tenant_id=").to_string(), "/agents");
    }

    #[test]
    fn a_query_survives_being_written_and_read() {
        let older = Route::Activity { tenant_id: Some("t".into()), topic: None, before: Some(7) };
        assert_eq!(older.to_string(), "/activity?tenant_id=t&before=7");
        assert_eq!(read(&older.to_string()), older);
        let route = Route::Login {
            error: Some("invalid".into()),
            email: Some("a+b@example.com".into()),
            next: Some("/billing?tenant_id=t&session_id=s".into()),
        };
        assert_eq!(read(&route.to_string()), route);
    }

    #[test]
    fn there_is_a_page_at_every_path() {
        for path in Route::PATHS {
            assert!(!matches!(read(path), Route::NotFound { .. }), "{path}");
        }
    }

    #[test]
    fn an_unknown_address_is_kept_as_it_is_with_the_tenant_that_it_names() {
        assert_eq!(read("/nowhere?a=b").to_string(), "/nowhere?a=b");
        assert_eq!(read("/nowhere?a=b").tenant_id(), None);
        assert_eq!(read("/nowhere?a=b&tenant_id=t").tenant_id().as_deref(), Some("t"));
    }
}
