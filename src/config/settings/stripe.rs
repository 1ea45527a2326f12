//! Settings of Stripe, and of the sandbox in its place.

use super::{Section, Setting};

pub const SECTION: Section = Section {
    title: "Stripe",
    settings: &[
        Setting {
            name: "STRIPE_SECRET_KEY",
            default: "",
            secret: true,
            text: "Stripe's secret or restricted key. Without one, the portal starts its own \
                   Stripe sandbox, says so on every page, and seeds a demo tenant.",
        },
        Setting {
            name: "STRIPE_WEBHOOK_SECRET",
            default: "",
            secret: true,
            text: "The signing secret of the webhook endpoint at Stripe (whsec_…); required with \
                   a secret key. Several, separated by commas, are all accepted, so that a secret \
                   can be replaced without losing an event.",
        },
        Setting {
            name: "STRIPE_API_BASE",
            default: "",
            secret: false,
            text: "The address of Stripe's API if it is not Stripe's own, such as a sandbox's. \
                   Requires a secret key, which must be a test key.",
        },
        Setting {
            name: "STRIPE_PRICE",
            default: "ai_employee_monthly",
            secret: false,
            text: "The price of one agent for one billing period: a price id (price_…) or a \
                   lookup key.",
        },
        Setting {
            name: "STRIPE_PORTAL_CONFIGURATION",
            default: "",
            secret: false,
            text: "The Billing Portal configuration to open (bpc_…). Empty: the account's \
                   default.",
        },
        Setting {
            name: "STRIPE_CUSTOM_DOMAIN",
            default: "",
            secret: false,
            text: "The custom domain of Stripe's hosted pages, such as pay.example.com, if the \
                   account has one: browsers let forms lead only to the domains that the portal \
                   lists.",
        },
        Setting {
            name: "STRIPE_REPEATED_TRIAL",
            default: "flag",
            secret: false,
            text: "What happens if a card or owner that has had a trial with another tenant \
                   starts another one: flag records it in the timeline, end_trial also ends the \
                   trial, which charges the card.",
        },
        Setting {
            name: "STRIPE_ALLOW_PROMOTION_CODES",
            default: "false",
            secret: false,
            text: "Whether Checkout accepts promotion codes: true or false. Create the codes at \
                   Stripe, or with the sandbox's /v1/coupons and /v1/promotion_codes.",
        },
        Setting {
            name: "STRIPE_AUTOMATIC_TAX",
            default: "false",
            secret: false,
            text: "Whether Stripe calculates the tax: true or false. Checkout then asks for the \
                   billing address. Stripe Tax must be set up in the account, and the price must \
                   be exclusive of tax.",
        },
        Setting {
            name: "SANDBOX_PORT",
            default: "12111",
            secret: false,
            text: "The port of the Stripe sandbox on 127.0.0.1: the portal's own, which does not \
                   start with a secret key, or that of `portal sandbox`. It keeps its state next \
                   to the SQLite database, by default in data/portal.sandbox.db, or with Postgres \
                   in data/sandbox-HOST-DATABASE.db. The portal's own starts over with a new database; \
                   otherwise stop it and delete that file to start over.",
        },
    ],
};
