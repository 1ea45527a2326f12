//! The provider's metadata and its keys, read when needed and kept for a day.

use crate::auth::oidc::SignOnError;
use crate::causes::with_causes;
use crate::config::ConfigError;
use openidconnect::core::{CoreClientAuthMethod, CoreProviderMetadata};
use openidconnect::{AuthType, IssuerUrl};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Semaphore};
use tokio::time::timeout;

/// How long the provider's metadata is good for.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// The shortest time between two reads for new keys, so that tokens with made-up keys can't have the
/// provider asked again and again.
const PAUSE: Duration = Duration::from_secs(60);
/// How long the provider may take to answer, and how long nobody asks again after it failed to.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many may wait for it to answer. Anyone can ask to sign in: a slow provider must not take the
/// places of other requests.
const WAITING: usize = 16;

/// An identity provider.
pub struct Provider {
    issuer: IssuerUrl,
    /// Follows no redirects: nobody is to lead the portal elsewhere.
    pub http: reqwest::Client,
    known: Mutex<Memory>,
    waiting: Semaphore,
}

/// What is cached of it.
#[derive(Default)]
struct Memory {
    known: Option<Known>,
    /// Why the last read failed, and when.
    failed: Option<(String, Instant)>,
}

struct Known {
    metadata: CoreProviderMetadata,
    read_at: Instant,
    /// When it was last read for an unknown key.
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
        Ok(Self { issuer, http, known: Mutex::default(), waiting: Semaphore::new(WAITING) })
    }

    /// The provider's metadata with its keys; the outdated one while it can't be reached.
    pub async fn metadata(&self) -> Result<CoreProviderMetadata, SignOnError> {
        let busy = |_| SignOnError::Away("too many wait for it".to_owned());
        let _place = self.waiting.try_acquire().map_err(busy)?;
        let mut memory = self.known.lock().await;
        match &memory.known {
            Some(Known { metadata, read_at, .. }) if read_at.elapsed() < KEPT => {
                return Ok(metadata.clone());
            }
            _ => {}
        }
        let read = self.read(&mut memory, None).await;
        read.or_else(|error| memory.known.as_ref().map(|old| old.metadata.clone()).ok_or(error))
    }

    /// The same read afresh, unless that was done a moment ago.
    pub async fn with_new_keys(&self) -> Result<CoreProviderMetadata, SignOnError> {
        let mut memory = self.known.lock().await;
        match &memory.known {
            Some(Known { metadata, keys_read_at: Some(at), .. }) if at.elapsed() < PAUSE => {
                Ok(metadata.clone())
            }
            _ => self.read(&mut memory, Some(Instant::now())).await,
        }
    }

    /// All callers wait for one read; so after a failure nobody tries again for a while.
    async fn read(
        &self,
        memory: &mut Memory,
        keys_read_at: Option<Instant>,
    ) -> Result<CoreProviderMetadata, SignOnError> {
        if let Some((why, at)) = &memory.failed
            && at.elapsed() < PATIENCE
        {
            return Err(SignOnError::Away(why.clone()));
        }
        let reading = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http);
        let read = match timeout(PATIENCE, reading).await {
            Ok(read) => read.map_err(|error| with_causes(&error)),
            Err(_) => Err(format!("no answer within {} seconds", PATIENCE.as_secs())),
        };
        let read_at = Instant::now();
        match read {
            Ok(metadata) => {
                memory.known = Some(Known { metadata: metadata.clone(), read_at, keys_read_at });
                memory.failed = None;
                Ok(metadata)
            }
            Err(why) => {
                memory.failed = Some((why.clone(), read_at));
                Err(SignOnError::Away(why))
            }
        }
    }
}

/// How the client's secret is sent: in the header, which is the default, or in the body if the provider
/// accepts it only there.
pub fn auth_type(metadata: &CoreProviderMetadata) -> AuthType {
    let methods = metadata.token_endpoint_auth_methods_supported();
    let takes = |method| methods.is_some_and(|methods| methods.contains(&method));
    let body_only = takes(CoreClientAuthMethod::ClientSecretPost)
        && !takes(CoreClientAuthMethod::ClientSecretBasic);
    if body_only { AuthType::RequestBody } else { AuthType::BasicAuth }
}
