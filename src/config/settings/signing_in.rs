//! Settings of signing in: sessions, proxies, single sign-on.

use super::{Section, Setting};

pub const SECTION: Section = Section {
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
};
