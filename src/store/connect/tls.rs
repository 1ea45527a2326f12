//! Which certificates of a Postgres server are accepted.

use crate::store::{StoreError, StoreResult};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use std::error::Error;
use std::io;
use std::iter::successors;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a server's certificate is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trust {
    /// Not at all, which stops eavesdroppers, not an impostor: the default of any Postgres client.
    Anyone,
    /// By the authorities that browsers trust.
    PublicAuthorities,
    /// By the authorities in this PEM file.
    AuthoritiesIn(PathBuf),
}

impl Trust {
    /// # Errors
    /// [`StoreError::Configuration`] where the file can't be read, or has no certificate.
    pub(super) fn client_config(&self) -> StoreResult<ClientConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| StoreError::Configuration(error.to_string()))?;
        let config = match self {
            Self::Anyone => {
                config.dangerous().with_custom_certificate_verifier(Arc::new(Unverified(provider)))
            }
            Self::PublicAuthorities => config.with_root_certificates(RootCertStore {
                roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
            }),
            Self::AuthoritiesIn(file) => config.with_root_certificates(authorities(file)?),
        };
        Ok(config.with_no_client_auth())
    }
}

fn authorities(file: &Path) -> StoreResult<RootCertStore> {
    let unusable = |why: &dyn std::fmt::Display| {
        let file = file.display();
        StoreError::Configuration(format!("the sslrootcert of DATABASE_URL, {file}, {why}"))
    };
    let unreadable = |error| unusable(&format!("can't be read: {error}"));
    let certificates = CertificateDer::pem_file_iter(file).map_err(unreadable)?;
    let certificates: Vec<_> = certificates.collect::<Result<_, _>>().map_err(unreadable)?;
    let mut roots = RootCertStore::empty();
    match roots.add_parsable_certificates(certificates) {
        (0, _) => Err(unusable(&"has no certificate that can be used")),
        _ => Ok(roots),
    }
}

/// Whether the server's certificate was rejected because its issuer is unknown.
pub(super) fn lacks_authority(error: &(dyn Error + 'static)) -> bool {
    successors(Some(error), |&error| error.source()).any(|error| {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let inner = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
        let unknown = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        inner.is_some_and(|inner| *inner == unknown)
    })
}

/// Accepts any certificate, but verifies that the server holds its key.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
