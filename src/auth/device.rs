//! A cookie marks a device that its operator has signed in on. It holds a random name, signed with the
//! operator's password hash: the server stores nothing, nobody can forge one, and a new password voids
//! them all. It signs nobody in; it only gives the device its own limit of wrong passwords.

use crate::auth::password::DECOY;
use crate::auth::session::random;
use crate::auth::{AuthError, Cookie};
use dioxus::server::http::HeaderMap;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// A device's cookie, `name.signature`.
#[derive(Clone, PartialEq, Eq)]
pub struct Device(String);

impl Device {
    /// The device that a request claims to come from.
    pub fn of(headers: &HeaderMap, secure: bool) -> Option<Self> {
        Cookie::DEVICE.read(headers, secure).map(|text| Self(text.to_owned()))
    }

    /// A new device of the operator with this password hash.
    pub(super) fn new(password_hash: &str) -> Result<Self, AuthError> {
        let name = random()?;
        let mac = signed(&name, password_hash)?;
        Ok(Self(format!("{name}.{}", hex::encode(mac.finalize().into_bytes()))))
    }

    /// The device's name, if it was signed with this password hash. Takes equally long without a hash.
    pub(super) fn known_to(&self, password_hash: Option<&str>) -> Option<&str> {
        let (name, signature) = self.0.split_once('.')?;
        let signature = hex::decode(signature).ok()?;
        let mac = signed(name, password_hash.unwrap_or(DECOY)).ok()?;
        let genuine = mac.verify_slice(&signature).is_ok();
        (genuine && password_hash.is_some()).then_some(name)
    }

    /// The `Set-Cookie` that stores it.
    pub fn cookie(&self, secure: bool) -> String {
        Cookie::DEVICE.set(&self.0, secure)
    }
}

fn signed(name: &str, password_hash: &str) -> Result<Hmac<Sha256>, AuthError> {
    let mac = Hmac::<Sha256>::new_from_slice(password_hash.as_bytes());
    let mac = mac.map_err(|error| AuthError::Cryptography(error.to_string()))?;
    Ok(mac.chain_update(b"device:").chain_update(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_known_to_its_operator_until_the_password_changes() -> Result<(), AuthError> {
        let device = Device::new("a hash")?;
        assert!(device.known_to(Some("a hash")).is_some());
        assert_eq!(device.known_to(Some("another hash")), None);
        assert_eq!(device.known_to(None), None);
        assert_eq!(Device::new(DECOY)?.known_to(None), None);
        for made_up in ["", ".", "name.", "name.00", "name.zz"] {
            assert_eq!(Device(made_up.to_owned()).known_to(Some("a hash")), None);
        }
        Ok(())
    }
}
