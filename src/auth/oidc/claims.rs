//! What is read from an ID token with a valid signature, issuer, audience, time and nonce.

use crate::auth::oidc::SignOnError;
use crate::config::OidcConfig;
use crate::model::{Name, Role, TenantId};
use openidconnect::core::CoreGenderClaim;
use openidconnect::{AdditionalClaims, IdTokenClaims};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Google's issuer identifier.
const GOOGLE: &str = "https://accounts.google.com";

/// The claims besides the standard ones.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AllClaims {
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl AdditionalClaims for AllClaims {}

/// A user as the provider knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub issuer: String,
    /// The provider's permanent id for them.
    pub subject: String,
    /// In lower case; the provider has verified it.
    pub email: String,
    pub name: String,
    /// The tenant that people of the email's domain belong to.
    pub tenant_id: Option<TenantId>,
    /// Their role there, where the configuration names a claim for it.
    pub role: Option<Role>,
}

impl Identity {
    /// The identity that the claims describe.
    ///
    /// # Errors
    /// [`SignOnError::Unverified`] and [`SignOnError::Domain`].
    pub(super) fn of(
        claims: &IdTokenClaims<AllClaims, CoreGenderClaim>,
        settings: &OidcConfig,
    ) -> Result<Self, SignOnError> {
        let email = claims.email().filter(|_| claims.email_verified() == Some(true));
        let email = email.ok_or(SignOnError::Unverified)?.trim().to_lowercase();
        let domain = settings.domain_of(&email).ok_or(SignOnError::Domain)?;
        let others = &claims.additional_claims().others;
        let by_domain = !settings.domains.is_empty();
        if by_domain && !speaks_for_a_company(claims.issuer(), others) {
            return Err(SignOnError::Domain);
        }
        let name = claims.name().and_then(|name| name.get(None));
        let name = name.and_then(|name| name.trim().parse::<Name>().ok());
        let roles = settings.roles.as_ref();
        Ok(Self {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            name: name.map_or_else(|| email.clone(), |name| name.to_string()),
            email,
            tenant_id: domain.tenant_id.clone(),
            role: roles.map(|roles| roles.role(&values(others, &roles.claim))),
        })
    }
}

/// Whether the account belongs to an organisation. Google also verifies a company's addresses for
/// private accounts, which outlast the employment; theirs have no `hd` claim.
fn speaks_for_a_company(issuer: &str, claims: &Map<String, Value>) -> bool {
    issuer != GOOGLE || claims.get("hd").is_some_and(Value::is_string)
}

/// The texts of a claim, which is a string or a list. A dotted name may be the path of a nested claim.
fn values<'a>(claims: &'a Map<String, Value>, name: &str) -> Vec<&'a str> {
    let nested = || {
        let mut path = name.split('.');
        let first = claims.get(path.next()?)?;
        path.try_fold(first, |claim, inner| claim.get(inner))
    };
    match claims.get(name).or_else(nested) {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_claim_is_found_by_its_name_or_inside_others() {
        let claims = json!({
            "groups": ["staff", 7, "billing"],
            "role": "admin",
            "https://example.com/roles": ["owner"],
            "realm_access": {"roles": ["portal-admin"]},
        });
        let Value::Object(claims) = claims else { panic!("an object") };
        assert_eq!(values(&claims, "groups"), ["staff", "billing"]);
        assert_eq!(values(&claims, "role"), ["admin"]);
        assert_eq!(values(&claims, "https://example.com/roles"), ["owner"]);
        assert_eq!(values(&claims, "realm_access.roles"), ["portal-admin"]);
        assert!(values(&claims, "realm_access").is_empty());
        assert!(values(&claims, "nothing.at.all").is_empty());
    }

    #[test]
    fn a_private_account_at_google_speaks_for_no_company() {
        let claims = |claims: Value| claims.as_object().cloned().unwrap_or_default();
        let (managed, private) = (claims(json!({"hd": "acme.example"})), claims(json!({})));
        assert!(speaks_for_a_company(GOOGLE, &managed));
        assert!(!speaks_for_a_company(GOOGLE, &private));
        assert!(speaks_for_a_company("https://login.acme.example", &private));
    }
}
