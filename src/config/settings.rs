//! Every setting: what it is called, what it is without being set, and what it does. The
//! environment is read by this table, and `.env.sample` and `docs/configuration.md` are made from it.

/// What belongs together.
pub struct Section {
    pub title: &'static str,
    pub settings: &'static [Setting],
}

/// One name of the environment.
pub struct Setting {
    pub name: &'static str,
    /// What it is when nothing is set; empty where there is nothing.
    pub default: &'static str,
    /// Whether it is also read from the file that `{name}_FILE` names, and shown nowhere.
    pub secret: bool,
    /// What it does, in sentences.
    pub text: &'static str,
}

/// All of them.
pub const SECTIONS: &[Section] = &[
    Section {
        title: "Where the portal listens",
        settings: &[
            Setting {
                name: "IP",
                default: "127.0.0.1",
                secret: false,
                text: "The address to listen on. 0.0.0.0 is every address of this machine.",
            },
            Setting {
                name: "PORT",
                default: "8080",
                secret: false,
                text: "The port to listen on.",
            },
            Setting {
                name: "PORTAL_URL",
                default: "",
                secret: false,
                text: "Where operators reach the portal, as they type it, such as \
                       https://billing.example.com. Stripe sends them back to it, and sign-in \
                       cookies are marked Secure when it begins with https. Empty: where the portal \
                       listens.",
            },
        ],
    },
    Section {
        title: "Database",
        settings: &[Setting {
            name: "DATABASE_URL",
            default: "sqlite:data/portal.db",
            secret: true,
            text: "sqlite:PATH for one machine: the file and its folder are made when missing, and a \
                   relative path starts at the folder the portal is started from. Or \
                   postgres://USER:PASSWORD@HOST:PORT/DATABASE.",
        }],
    },
    Section {
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
                text: "What happens when a card that has had a trial with another tenant starts one \
                       more: flag notes it in the timeline, end_trial also ends the trial, which \
                       charges the card.",
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
                       data/sandbox.db with Postgres: stop it and remove that file to start afresh.",
            },
        ],
    },
    Section {
        title: "Signing in",
        settings: &[
            Setting {
                name: "SESSION_IDLE_HOURS",
                default: "12",
                secret: false,
                text: "How many hours a session lasts that nobody uses: a working day, unless said \
                       otherwise. However much it is used, it ends after 14 days.",
            },
            Setting {
                name: "TRUSTED_PROXIES",
                default: "",
                secret: false,
                text: "The proxies in front of the portal: addresses or networks, separated by \
                       commas. Only what they write into X-Forwarded-For is believed when \
                       requests and wrong passwords are counted by address, and their connections are \
                       not counted. Behind a proxy that is not named here all visitors count as one.",
            },
            Setting {
                name: "OIDC_ISSUER",
                default: "",
                secret: false,
                text: "The issuer identifier of an OpenID Connect provider that operators may \
                       sign in by, such as https://login.example.com/realms/staff. Register the \
                       portal there with the redirect address PORTAL_URL/auth/oidc/callback. \
                       Empty: passwords alone.",
            },
            Setting {
                name: "OIDC_CLIENT_ID",
                default: "",
                secret: false,
                text: "What the provider calls the portal; needed with an issuer.",
            },
            Setting {
                name: "OIDC_CLIENT_SECRET",
                default: "",
                secret: true,
                text: "The secret that the provider has given the portal. Empty: the portal is a \
                       public client there, and relies on PKCE.",
            },
            Setting {
                name: "OIDC_ALLOWED_DOMAINS",
                default: "",
                secret: false,
                text: "The domains of the email addresses that may sign in by the provider, \
                       separated by commas. Empty: all. Those who come in must have been added \
                       before; for example.com=TENANT_ID, everyone of that domain is made an \
                       operator of that tenant the first time, and looks.",
            },
            Setting {
                name: "OIDC_ROLE_CLAIM",
                default: "",
                secret: false,
                text: "The claim of the ID token that says what role somebody has in the tenant \
                       of their domain, such as groups or realm_access.roles: a text or a list. \
                       It counts at each sign-in. Empty: the portal keeps the roles.",
            },
            Setting {
                name: "OIDC_OWNER_VALUES",
                default: "",
                secret: false,
                text: "Which values of that claim make an owner, separated by commas.",
            },
            Setting {
                name: "OIDC_ADMIN_VALUES",
                default: "",
                secret: false,
                text: "Which values of that claim make an admin, separated by commas. Any other \
                       makes a member, who looks.",
            },
        ],
    },
    Section {
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
                       entitlements and health checks don't count. Each process counts for itself. 0: \
                       no limit.",
            },
            Setting {
                name: "REQUESTS_PER_SESSION",
                default: "20",
                secret: false,
                text: "The same for one signed-in session.",
            },
        ],
    },
    Section {
        title: "Operation",
        settings: &[
            Setting {
                name: "ENTITLEMENTS_TOKEN",
                default: "",
                secret: true,
                text: "A bearer token with which the SaaS asks GET /api/entitlements/{tenant_id} \
                       whether a tenant's agents may run, beside those that `portal token add` makes. \
                       Make a long random one (openssl rand -hex 32).",
            },
            Setting {
                name: "INBOX_RETENTION_DAYS",
                default: "90",
                secret: false,
                text: "How many days an event of Stripe's is kept in the inbox once it is done with; \
                       30 at least, since Stripe can send it again for so long. Kept longer: what \
                       failed for good, and what the timeline refers to.",
            },
            Setting {
                name: "DRAIN_SECONDS",
                default: "0",
                secret: false,
                text: "For how many seconds the portal goes on serving once it is told to stop \
                       (SIGTERM or Ctrl-C), while /readyz says 503. Behind a load balancer: longer \
                       than it takes to notice that.",
            },
            Setting {
                name: "LOG_FORMAT",
                default: "text",
                secret: false,
                text: "How log lines look: text for people, json for machines.",
            },
            Setting {
                name: "METRICS_ADDR",
                default: "",
                secret: false,
                text: "Where Prometheus asks for metrics, as ADDRESS:PORT, such as 127.0.0.1:9464: \
                       GET /metrics there. Keep it from the internet. Empty: nothing is counted.",
            },
            Setting {
                name: "OTEL_EXPORTER_OTLP_ENDPOINT",
                default: "",
                secret: false,
                text: "The base address of an OpenTelemetry collector that takes OTLP over HTTP, such \
                       as http://127.0.0.1:4318, to send traces to. Empty: none are sent. \
                       OpenTelemetry's own names for sampling (OTEL_TRACES_SAMPLER) and batching \
                       (OTEL_BSP_…) count too.",
            },
            Setting {
                name: "OTEL_EXPORTER_OTLP_HEADERS",
                default: "",
                secret: true,
                text: "What the collector wants to be told with each request: name=value, several \
                       separated by commas.",
            },
            Setting {
                name: "OTEL_SERVICE_NAME",
                default: "portal",
                secret: false,
                text: "What the portal is called in traces.",
            },
            Setting {
                name: "RUST_LOG",
                default: "info",
                secret: false,
                text: "Which log lines are written: error, warn, info, debug, or finer as \
                       portal=debug,info. Unless set, info with less of the libraries.",
            },
        ],
    },
];

/// The setting of this name.
pub fn setting(name: &str) -> Option<&'static Setting> {
    all().find(|setting| setting.name == name)
}

/// Each setting, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|section| section.settings)
}
