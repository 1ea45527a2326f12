//! Settings of limits.

use super::{Section, Setting};

pub const SECTION: Section = Section {
    title: "Limits",
    settings: &[
        Setting {
            name: "MAX_CONNECTIONS",
            default: "16384",
            secret: false,
            text: "How many connections are open at once; more wait to be accepted. 0: no limit.",
        },
        Setting {
            name: "MAX_CONNECTIONS_PER_ADDRESS",
            default: "1000",
            secret: false,
            text: "How many of them come from one address, or from one /64 of IPv6; more are \
                   closed. 0: no limit.",
        },
        Setting {
            name: "REQUESTS_AT_ONCE",
            default: "256",
            secret: false,
            text: "How many requests are worked on at once; more are answered 503, with the time \
                   to come back. 0: no limit.",
        },
        Setting {
            name: "REQUESTS_PER_ADDRESS",
            default: "100",
            secret: false,
            text: "How many requests a second one address may make in the long run, and ten times \
                   as many at once; more are answered 429, with the time to come back. Webhooks, \
                   entitlements and health checks don't count, nor does what comes from the machine \
                   itself. Each process counts for itself. 0: \
                   no limit.",
        },
        Setting {
            name: "REQUESTS_PER_SESSION",
            default: "20",
            secret: false,
            text: "The same for one signed-in session.",
        },
    ],
};
