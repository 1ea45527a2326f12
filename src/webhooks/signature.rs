//! Stripe's webhook signature: HMAC-SHA256 over "{time}.{body}", in a header that may carry several.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// How far the signature's time may be from ours, either way, in seconds.
pub const TOLERANCE: i64 = 300;

/// Why a signature is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("the Stripe-Signature header is missing or malformed")]
    Malformed,
    #[error("the signature's time is more than {TOLERANCE} seconds away")]
    Expired,
    #[error("no signature matches this endpoint's secrets")]
    Mismatch,
}

/// Verifies the raw body against the `Stripe-Signature` header: any of its `v1` may match any of
/// the secrets. `now` is in Unix seconds.
pub fn verify(
    header: &str,
    body: &[u8],
    secrets: &[String],
    now: i64,
) -> Result<(), SignatureError> {
    let mut time: Option<i64> = None;
    let mut signatures = Vec::new();
    for pair in header.split(',') {
        match pair.trim().split_once('=') {
            Some(("t", value)) => {
                time = Some(value.parse().map_err(|_| SignatureError::Malformed)?);
            }
            Some(("v1", value)) => signatures.extend(hex::decode(value).ok()),
            _ => {}
        }
    }
    let time = time.ok_or(SignatureError::Malformed)?;
    if signatures.is_empty() {
        return Err(SignatureError::Malformed);
    }
    let matches = |secret: &String| {
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
            return false;
        };
        let mac = mac.chain_update(time.to_string()).chain_update(b".").chain_update(body);
        signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok())
    };
    if !secrets.iter().any(matches) {
        return Err(SignatureError::Mismatch);
    }
    if now.abs_diff(time) > TOLERANCE.unsigned_abs() {
        return Err(SignatureError::Expired);
    }
    Ok(())
}

/// The `Stripe-Signature` header for a body sent at `time`, in Unix seconds.
pub fn sign(body: &[u8], secret: &str, time: i64) -> String {
    // HMAC takes a key of any length; the error case does not arise.
    let signature = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mac| {
        let mac = mac.chain_update(time.to_string()).chain_update(b".").chain_update(body);
        hex::encode(mac.finalize().into_bytes())
    });
    format!("t={time},v1={}", signature.unwrap_or_default())
}
