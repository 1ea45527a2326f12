//! Settings of limits.

use super::{Section, Setting};

pub const SECTION: Section = Section {
    title: "Limits",
    settings: &[
        Setting {
            name: "MAX_CONNECTIONS",
            default: "16384",
            secret: false,
            text: "How many connections may be open at once; further ones wait to be accepted. 0: \
                   no limit.",
        },
        Setting {
            name: "MAX_CONNECTIONS_PER_ADDRESS",
            default: "1000",
            secret: false,
            text: "How many of them may come from one address, or one IPv6 /56; further ones are \
                   closed. 0: no limit.",
        },
        Setting {
            name: "REQUESTS_AT_ONCE",
            default: "256",
            secret: false,
            text: "How many requests are processed at once; further ones get 503 with \
                   Retry-After. 0: no limit.",
        },
        Setting {
            name: "REQUESTS_PER_ADDRESS",
            default: "100",
            secret: false,
            text: "How many requests a second one address may make on average, and ten times as \
                   many at once; further ones get 429 with Retry-After. Webhooks and entitlement \
                   requests with a valid signature or token, health checks, and, unless PORTAL_URL \
                   names another host, requests from the machine itself don't count. Each process \
                   counts on its own. 0: no limit.",
        },
        Setting {
            name: "REQUESTS_PER_SESSION",
            default: "20",
            secret: false,
            text: "The same for one signed-in session. 0: no limit.",
        },
    ],
};
