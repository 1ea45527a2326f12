//! Settings of signing in: sessions, proxies, single sign-on.

use super::{Section, Setting};

pub const SECTION: Section = Section {
    title: "Signing in",
    settings: &[
        Setting {
            name: "SESSION_IDLE_HOURS",
            default: "12",
            secret: false,
            text: "How many hours an unused session lasts; the default is a working day. However \
                   much it is used, a session ends after 14 days.",
        },
        Setting {
            name: "TRUSTED_PROXIES",
            default: "",
            secret: false,
            text: "The proxies in front of the portal: addresses or networks, separated by \
                   commas. Only what they write into X-Forwarded-For is trusted when requests and \
                   wrong passwords are counted by address, and their own connections are not \
                   counted. Behind a proxy that is not listed, all visitors count as one.",
        },
        Setting {
            name: "OIDC_ISSUER",
            default: "",
            secret: false,
            text: "The issuer identifier of an OpenID Connect provider that operators may sign in \
                   with, such as https://login.example.com/realms/staff. Register the portal \
                   there with the redirect address PORTAL_URL/auth/oidc/callback. Empty: \
                   passwords only.",
        },
        Setting {
            name: "OIDC_CLIENT_ID",
            default: "",
            secret: false,
            text: "The portal's client id at the provider; required with an issuer.",
        },
        Setting {
            name: "OIDC_CLIENT_SECRET",
            default: "",
            secret: true,
            text: "The portal's client secret at the provider. Empty: the portal is a public \
                   client and relies on PKCE.",
        },
        Setting {
            name: "OIDC_ALLOWED_DOMAINS",
            default: "",
            secret: false,
            text: "The email domains that may sign in through the provider, separated by commas. \
                   Empty: all. Operators must have been added before; with example.com=TENANT_ID, \
                   everyone at that domain becomes an operator of that tenant at their first \
                   sign-in, as a member unless OIDC_ROLE_CLAIM says otherwise.",
        },
        Setting {
            name: "OIDC_ROLE_CLAIM",
            default: "",
            secret: false,
            text: "The ID token claim that gives someone's role in their domain's tenant, such as \
                   groups or realm_access.roles: a string or a list. It is applied at each \
                   sign-in. Empty: the portal keeps the roles.",
        },
        Setting {
            name: "OIDC_OWNER_VALUES",
            default: "",
            secret: false,
            text: "The values of that claim that make an owner, separated by commas.",
        },
        Setting {
            name: "OIDC_ADMIN_VALUES",
            default: "",
            secret: false,
            text: "The values of that claim that make an admin, separated by commas. Anything \
                   else makes a member, who has read access.",
        },
    ],
};
