//! The provider's description of itself and its keys, read when they are needed and kept for a day.

use crate::auth::oidc::{SignOnError, with_causes};
use crate::config::ConfigError;
use openidconnect::core::{CoreClientAuthMethod, CoreProviderMetadata};
use openidconnect::{AuthType, IssuerUrl};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How long what is known of the provider is good for.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// The shortest time between two looks for new keys: whoever sends tokens with keys that are made up
/// can't have the provider asked again and again.
const PAUSE: Duration = Duration::from_secs(60);
/// How long the provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// A provider of identities.
pub struct Provider {
    issuer: IssuerUrl,
    /// Follows no redirect: nobody is to lead the portal elsewhere.
    pub http: reqwest::Client,
    known: Mutex<Option<Known>>,
}

struct Known {
    metadata: CoreProviderMetadata,
    read_at: Instant,
    /// When it was last read for a key that was not known.
    keys_read_at: Option<Instant>,
}

impl Provider {
    /// The provider with this issuer identifier.
    pub fn new(issuer: &str) -> Result<Self, ConfigError> {
        let issuer = IssuerUrl::new(issuer.to_owned())
            .map_err(|error| ConfigError(format!("OIDC_ISSUER: {error}")))?;
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| ConfigError(format!("OIDC_ISSUER can't be asked: {error}")))?;
        Ok(Self { issuer, http, known: Mutex::default() })
    }

    /// What the provider says of itself, with its keys.
    pub async fn metadata(&self) -> Result<CoreProviderMetadata, SignOnError> {
        let mut known = self.known.lock().await;
        match &*known {
            Some(Known { metadata, read_at, .. }) if read_at.elapsed() < KEPT => {
                Ok(metadata.clone())
            }
            _ => self.read(&mut known, None).await,
        }
    }

    /// The same read anew, unless that was done a moment ago.
    pub async fn with_new_keys(&self) -> Result<CoreProviderMetadata, SignOnError> {
        let mut known = self.known.lock().await;
        match &*known {
            Some(Known { metadata, keys_read_at: Some(at), .. }) if at.elapsed() < PAUSE => {
                Ok(metadata.clone())
            }
            _ => self.read(&mut known, Some(Instant::now())).await,
        }
    }

    async fn read(
        &self,
        known: &mut Option<Known>,
        keys_read_at: Option<Instant>,
    ) -> Result<CoreProviderMetadata, SignOnError> {
        let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http)
            .await
            .map_err(|error| SignOnError::Away(with_causes(&error)))?;
        let read_at = Instant::now();
        *known = Some(Known { metadata: metadata.clone(), read_at, keys_read_at });
        Ok(metadata)
    }
}

/// How the client's secret is sent: in the header, which is the default, or in the body where the
/// provider takes it nowhere else.
pub fn auth_type(metadata: &CoreProviderMetadata) -> AuthType {
    let methods = metadata.token_endpoint_auth_methods_supported();
    let takes = |method| methods.is_some_and(|methods| methods.contains(&method));
    let body_only = takes(CoreClientAuthMethod::ClientSecretPost)
        && !takes(CoreClientAuthMethod::ClientSecretBasic);
    if body_only { AuthType::RequestBody } else { AuthType::BasicAuth }
}
