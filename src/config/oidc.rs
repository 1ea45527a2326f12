//! Single sign-on: the provider, and who may sign in with it.

use crate::config::ConfigError;
use crate::config::addresses::is_of_this_machine;
use crate::config::values::Values;
use crate::model::{Role, TenantId};

/// The configuration of the OpenID Connect provider. It holds a secret, so it is not `Debug`.
#[derive(Clone)]
pub struct OidcConfig {
    /// `OIDC_ISSUER`: the provider's issuer identifier.
    pub issuer: String,
    /// `OIDC_CLIENT_ID`: the portal's client id there.
    pub client_id: String,
    /// `OIDC_CLIENT_SECRET`; a public client has none, and relies on PKCE.
    pub client_secret: Option<String>,
    /// `OIDC_ALLOWED_DOMAINS`: the domains of the emails that may sign in; empty allows all.
    pub domains: Vec<Domain>,
    /// `OIDC_ROLE_CLAIM`: where roles come from, if not from the portal.
    pub roles: Option<RoleClaim>,
}

/// A domain whose people may sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Domain {
    /// In lower case.
    pub name: String,
    /// The tenant that all of them belong to. Without one, only operators added before may sign in.
    pub tenant_id: Option<TenantId>,
}

/// A claim that says what role somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleClaim {
    pub claim: String,
    /// `OIDC_OWNER_VALUES`, any of which makes an owner.
    pub owner: Vec<String>,
    /// `OIDC_ADMIN_VALUES`, any of which makes an admin.
    pub admin: Vec<String>,
}

impl OidcConfig {
    /// `None` without an issuer.
    ///
    /// # Errors
    /// For a value that can't work.
    pub(super) fn read(values: &Values) -> Result<Option<Self>, ConfigError> {
        let text = |name: &str| values.get(name).map(|value| value.trim().to_owned());
        let Some(issuer) = text("OIDC_ISSUER") else {
            let alone = ["OIDC_CLIENT_ID", "OIDC_ALLOWED_DOMAINS", "OIDC_ROLE_CLAIM"];
            return match alone.into_iter().find(|name| text(name).is_some()) {
                Some(name) => Err(ConfigError(format!("{name} is set without OIDC_ISSUER"))),
                None => Ok(None),
            };
        };
        if !is_safe(&issuer) {
            return Err(ConfigError(format!(
                "OIDC_ISSUER must begin with https://, not '{issuer}' (http:// only on this machine)"
            )));
        }
        let client_id = text("OIDC_CLIENT_ID").ok_or_else(|| {
            ConfigError(
                "OIDC_CLIENT_ID is missing: set it to the provider's id of the portal".into(),
            )
        })?;
        let allowed = text("OIDC_ALLOWED_DOMAINS");
        let domains = list(allowed.clone()).into_iter().map(|entry| domain(&entry));
        let domains = domains.collect::<Result<Vec<_>, _>>()?;
        // What was meant to be few must not be all.
        if let Some(allowed) = allowed.filter(|_| domains.is_empty()) {
            return Err(ConfigError(format!("OIDC_ALLOWED_DOMAINS names no domain: '{allowed}'")));
        }
        let roles = text("OIDC_ROLE_CLAIM").map(|claim| RoleClaim {
            claim,
            owner: list(text("OIDC_OWNER_VALUES")),
            admin: list(text("OIDC_ADMIN_VALUES")),
        });
        if roles.as_ref().is_some_and(|roles| roles.owner.is_empty() && roles.admin.is_empty()) {
            return Err(ConfigError(
                "OIDC_ROLE_CLAIM makes everybody a member: set OIDC_OWNER_VALUES or \
                 OIDC_ADMIN_VALUES too"
                    .to_owned(),
            ));
        }
        Ok(Some(Self {
            issuer,
            client_id,
            client_secret: text("OIDC_CLIENT_SECRET"),
            domains,
            roles,
        }))
    }

    /// The entry for an email's domain; `None` when it may not sign in.
    pub fn domain_of(&self, email: &str) -> Option<Domain> {
        if self.domains.is_empty() {
            return Some(Domain::default());
        }
        let (_, name) = email.rsplit_once('@')?;
        self.domains.iter().find(|domain| domain.name == name).cloned()
    }
}

impl RoleClaim {
    /// The highest role that the claim's values give.
    pub fn role(&self, values: &[&str]) -> Role {
        let any_of = |known: &[String]| known.iter().any(|one| values.contains(&one.as_str()));
        if any_of(&self.owner) {
            Role::Owner
        } else if any_of(&self.admin) {
            Role::Admin
        } else {
            Role::Member
        }
    }
}

/// Whether nobody can eavesdrop on requests to this URL.
fn is_safe(url: &str) -> bool {
    match reqwest::Url::parse(url).as_ref().map(reqwest::Url::scheme) {
        Ok("https") => true,
        Ok("http") => is_of_this_machine(url),
        Ok(_) | Err(_) => false,
    }
}

fn list(value: Option<String>) -> Vec<String> {
    let value = value.unwrap_or_default();
    value.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

/// `example.com`, or `example.com=tenant_id`.
fn domain(entry: &str) -> Result<Domain, ConfigError> {
    let (name, tenant_id) = match entry.split_once('=') {
        Some((name, tenant_id)) => {
            let tenant_id = tenant_id.trim().parse().map_err(|error| {
                ConfigError(format!("OIDC_ALLOWED_DOMAINS, '{entry}': {error}"))
            })?;
            (name.trim(), Some(tenant_id))
        }
        None => (entry, None),
    };
    let name = name.trim_start_matches('@').to_lowercase();
    if name.is_empty() {
        return Err(ConfigError(format!("OIDC_ALLOWED_DOMAINS, '{entry}': there is no domain")));
    }
    Ok(Domain { name, tenant_id })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Option<OidcConfig>, ConfigError> {
        let lookup = |name: &str| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        OidcConfig::read(&Values::read(lookup)?)
    }

    #[test]
    fn what_cannot_work_is_refused_by_name() {
        for (pairs, name) in [
            (vec![("OIDC_CLIENT_ID", "portal")], "OIDC_ISSUER"),
            (vec![("OIDC_ISSUER", "https://id.example.com")], "OIDC_CLIENT_ID"),
            (vec![("OIDC_ISSUER", "http://id.example.com")], "OIDC_ISSUER"),
            (vec![("OIDC_ISSUER", "id.example.com")], "OIDC_ISSUER"),
            (
                vec![
                    ("OIDC_ISSUER", "https://id.example.com"),
                    ("OIDC_CLIENT_ID", "portal"),
                    ("OIDC_ALLOWED_DOMAINS", "example.com=no tenant"),
                ],
                "OIDC_ALLOWED_DOMAINS",
            ),
        ] {
            match read(&pairs) {
                Ok(_) => panic!("{pairs:?} was taken"),
                Err(error) => assert!(error.0.contains(name), "{error}"),
            }
        }
        assert!(read(&[]).is_ok_and(|none| none.is_none()));
    }

    #[test]
    fn a_domain_is_the_whole_of_what_follows_the_last_at() {
        let config = read(&[
            ("OIDC_ISSUER", "http://127.0.0.1:9000"),
            ("OIDC_CLIENT_ID", "portal"),
            ("OIDC_ALLOWED_DOMAINS", "Example.com, acme.example=tenant_acme"),
        ]);
        let Ok(Some(config)) = config else { panic!("not taken") };
        let tenant = |email: &str| config.domain_of(email).map(|domain| domain.tenant_id);
        assert_eq!(tenant("ada@example.com"), Some(None));
        assert_eq!(tenant("ada@acme.example"), Some("tenant_acme".parse().ok()));
        for other in ["ada@sub.example.com", "ada@notexample.com", "a@example.com@evil.example", ""]
        {
            assert_eq!(tenant(other), None, "{other}");
        }
    }

    #[test]
    fn the_highest_role_counts() {
        let roles = RoleClaim {
            claim: "groups".into(),
            owner: vec!["finance-leads".into()],
            admin: vec!["finance".into()],
        };
        assert_eq!(roles.role(&["finance", "finance-leads"]), Role::Owner);
        assert_eq!(roles.role(&["staff", "finance"]), Role::Admin);
        assert_eq!(roles.role(&["Finance"]), Role::Member);
    }
}
