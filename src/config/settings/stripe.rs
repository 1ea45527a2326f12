//! Settings of Stripe, and of the sandbox in its place.

use super::{Section, Setting};

pub const SECTION: Section = Section {
    title: "Stripe",
    settings: &[
        Setting {
            name: "STRIPE_SECRET_KEY",
            default: "",
            secret: true,
            text: "Stripe's secret or restricted key. Without one the portal starts its own \
                   Stripe sandbox, says so on every page, and seeds a demo tenant.",
        },
        Setting {
            name: "STRIPE_WEBHOOK_SECRET",
            default: "",
            secret: true,
            text: "The signing secret of the webhook endpoint at Stripe, whsec_…; needed with a \
                   secret key. Several, separated by commas, are all accepted: that is how a \
                   secret is replaced without losing an event.",
        },
        Setting {
            name: "STRIPE_API_BASE",
            default: "",
            secret: false,
            text: "Where Stripe's API is, when it is not Stripe's own: the address of a sandbox, \
                   say. Needs a secret key, and a test key at that.",
        },
        Setting {
            name: "STRIPE_PRICE",
            default: "ai_employee_monthly",
            secret: false,
            text: "The price of one agent for a month: a price's id (price_…) or its lookup key.",
        },
        Setting {
            name: "STRIPE_PORTAL_CONFIGURATION",
            default: "",
            secret: false,
            text: "Which of the account's Billing Portal configurations to open, bpc_…. Empty: \
                   the account's default.",
        },
        Setting {
            name: "STRIPE_CUSTOM_DOMAIN",
            default: "",
            secret: false,
            text: "The custom domain that Stripe's hosted pages are at, such as pay.example.com, \
                   where the account has one: browsers let forms lead only to domains that they \
                   are told of.",
        },
        Setting {
            name: "STRIPE_REPEATED_TRIAL",
            default: "flag",
            secret: false,
            text: "What happens when a card or an owner that has had a trial with another tenant \
                   starts one more: flag notes it in the timeline, end_trial also ends the \
                   trial, which charges the card.",
        },
        Setting {
            name: "STRIPE_ALLOW_PROMOTION_CODES",
            default: "false",
            secret: false,
            text: "Whether a promotion code can be typed in at Checkout: true or false. Make the \
                   codes at Stripe, or with the sandbox's /v1/coupons and /v1/promotion_codes.",
        },
        Setting {
            name: "STRIPE_AUTOMATIC_TAX",
            default: "false",
            secret: false,
            text: "Whether Stripe works out the tax: true or false. Checkout asks for the billing \
                   address then. Stripe Tax must be set up in the account, and the price be one \
                   without tax.",
        },
        Setting {
            name: "SANDBOX_PORT",
            default: "12111",
            secret: false,
            text: "The port of the Stripe sandbox, on 127.0.0.1: the portal's own, which a secret \
                   key turns off, or that of `portal sandbox`. The sandbox keeps its state beside \
                   the SQLite database, in data/portal.sandbox.db by default, or in \
                   data/sandbox-DATABASE.db with Postgres, and begins anew with a new database: stop it and remove that file to start afresh.",
        },
    ],
};
