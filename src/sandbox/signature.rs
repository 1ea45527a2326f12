//! Stripe's webhook signature: HMAC-SHA256 over `t.body`, in the `Stripe-Signature` header.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The header's value for a body sent at `time` (wall time, in Unix seconds).
pub fn header(secret: &str, time: i64, body: &str) -> String {
    // HMAC takes a key of any length, so this cannot fail.
    let signature = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mut mac| {
            mac.update(format!("{time}.{body}").as_bytes());
            hex::encode(mac.finalize().into_bytes())
        })
        .unwrap_or_default();
    format!("t={time},v1={signature}")
}
