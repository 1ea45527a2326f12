//! Single sign-on by OpenID Connect: the authorization code flow with PKCE, state and nonce. The
//! provider's claims are verified here; `sign_on` finds the operator.

mod claims;
mod provider;

pub use claims::Identity;

use crate::auth::AuthError;
use crate::causes::with_causes;
use crate::config::{ConfigError, OidcConfig};
use claims::AllClaims;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, Client, ClientId, ClientSecret,
    CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields,
    Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use provider::Provider;
use serde::{Deserialize, Serialize};
use std::error::Error;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

/// The accepted signature algorithms: those whose keys only the provider has.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Fields = IdTokenFields<
    AllClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type OidcClient = Client<
    AllClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why single sign-on failed.
#[derive(Debug, thiserror::Error)]
pub enum SignOnError {
    #[error("the provider can't be reached: {0}")]
    Away(String),
    #[error("the provider refused: {0}")]
    Denied(String),
    #[error("the sign-in was begun elsewhere, or too long ago")]
    Expired,
    #[error("what the provider answered can't be trusted: {0}")]
    Untrusted(String),
    #[error("the provider has not verified the email")]
    Unverified,
    #[error("the email's domain is not allowed")]
    Domain,
    #[error("nobody with this email was added")]
    NotInvited,
    #[error("too many sign-ons from this address have failed")]
    Throttled,
    #[error("another identity of the provider signs in with this email")]
    OtherIdentity,
    #[error(transparent)]
    Auth(#[from] AuthError),
}

/// A sign-in that has begun, stored in the visitor's browser until the provider sends them back.
#[derive(Serialize, Deserialize)]
pub struct Pending {
    state: String,
    nonce: String,
    verifier: String,
    /// The page to go to once signed in.
    pub next: String,
}

impl Pending {
    /// Whether the state that the provider sent back is its own.
    pub fn has(&self, state: &str) -> bool {
        self.state.as_bytes().ct_eq(state.as_bytes()).into()
    }
}

/// How many codes are redeemed at once. Anyone can ask for that: a slow provider must not take the
/// slots of other requests.
const AT_ONCE: usize = 16;

/// Single sign-on with one provider.
pub struct Oidc {
    settings: OidcConfig,
    redirect: RedirectUrl,
    provider: Provider,
    /// The slots for redeeming codes.
    places: Semaphore,
}

impl Oidc {
    /// Single sign-on for the portal at this URL. The provider is only asked when somebody signs in, so
    /// that the portal starts without it.
    pub fn new(settings: OidcConfig, portal_url: &str) -> Result<Self, ConfigError> {
        let redirect = RedirectUrl::new(format!("{portal_url}/auth/oidc/callback"))
            .map_err(|error| ConfigError(format!("PORTAL_URL: {error}")))?;
        let provider = Provider::new(&settings.issuer)?;
        Ok(Self { settings, redirect, provider, places: Semaphore::new(AT_ONCE) })
    }

    /// The provider's page to send the visitor to, and what their browser stores meanwhile.
    pub async fn begin(&self, next: &str) -> Result<(String, Pending), SignOnError> {
        let client = self.client(self.provider.metadata().await?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let (address, state, nonce) = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["email", "profile"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        let pending = Pending {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            next: next.to_owned(),
        };
        Ok((address.into(), pending))
    }

    /// Redeems the code that the provider sent back for an identity.
    pub async fn finish(&self, pending: &Pending, code: &str) -> Result<Identity, SignOnError> {
        let busy = |_| SignOnError::Away("too many sign-ons at once".to_owned());
        let _place = self.places.try_acquire().map_err(busy)?;
        let untrusted = |error: &dyn Error| SignOnError::Untrusted(with_causes(error));
        let client = self.client(self.provider.metadata().await?);
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| untrusted(&error))?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.clone()));
        let tokens = request.request_async(&self.provider.http).await;
        let tokens = tokens.map_err(|error| match error {
            RequestTokenError::Request(error) => SignOnError::Away(with_causes(&error)),
            RequestTokenError::ServerResponse(answer) => SignOnError::Denied(answer.to_string()),
            // Its cause may quote the response, which is a secret.
            error => SignOnError::Untrusted(error.to_string()),
        })?;
        let token = tokens
            .id_token()
            .ok_or_else(|| SignOnError::Untrusted("there is no ID token".to_owned()))?;
        let nonce = Nonce::new(pending.nonce.clone());
        let verify = |client: &OidcClient| {
            let verifier = client.id_token_verifier().set_allowed_algs(SIGNATURES);
            token.claims(&verifier, &nonce).cloned()
        };
        let claims = match verify(&client) {
            // The provider may have changed its keys since they were read.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => verify(&self.client(self.provider.with_new_keys().await?)),
            verified => verified,
        };
        let claims = claims.map_err(|error| untrusted(&error))?;
        Identity::of(&claims, &self.settings)
    }

    fn client(&self, metadata: CoreProviderMetadata) -> OidcClient {
        let id = ClientId::new(self.settings.client_id.clone());
        let secret = self.settings.client_secret.clone().map(ClientSecret::new);
        let auth_type = provider::auth_type(&metadata);
        Client::from_provider_metadata(metadata, id, secret)
            .set_auth_type(auth_type)
            .set_redirect_uri(self.redirect.clone())
    }
}
