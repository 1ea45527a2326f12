//! Settings of where the portal listens and how it is reached.

use super::{Section, Setting};

pub const SECTION: Section = Section {
    title: "Where the portal listens",
    settings: &[
        Setting {
            name: "IP",
            default: "127.0.0.1",
            secret: false,
            text: "The address to listen on. 0.0.0.0 means every address of this machine.",
        },
        Setting { name: "PORT", default: "8080", secret: false, text: "The port to listen on." },
        Setting {
            name: "PORTAL_URL",
            default: "",
            secret: false,
            text: "The address at which operators reach the portal, such as \
                   https://billing.example.com. Stripe sends them back to it, and sign-in \
                   cookies are marked Secure if it begins with https. Empty: the address the \
                   portal listens on.",
        },
    ],
};
