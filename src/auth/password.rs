//! Argon2id. Hashing takes its time on purpose, so it runs beside the async tasks.

use crate::auth::AuthError;
use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use std::fmt::Display;
use std::num::NonZero;
use std::sync::LazyLock;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;

/// Each hash takes 19 MiB and a core to itself: more at once than there are cores would take memory,
/// and be done no sooner.
static CORES: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, NonZero::get)));

/// A hash of nothing anyone knows: unknown emails are checked against it, so that they take as
/// long as known ones.
pub(super) const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$YSBkZWNveSBzYWx0ISEhIQ$\
                     Z2VvcmdlIGRpZCBub3QgcGljayB0aGlzIG9uZSBoZXI";

/// The password's hash in PHC form, with its own salt.
///
/// # Errors
/// [`AuthError::Hashing`] when the system has no randomness.
pub async fn hash_password(password: String) -> Result<String, AuthError> {
    run(move || {
        let salt = SaltString::generate(&mut OsRng);
        let hash = Argon2::default().hash_password(password.as_bytes(), &salt)?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether the password is the one that was hashed; never for no hash, after the same work.
///
/// # Errors
/// [`AuthError::Hashing`] for a hash that can't be read.
pub async fn verify_password(password: String, hash: Option<String>) -> Result<bool, AuthError> {
    run(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| DECOY.to_owned());
        let parsed = PasswordHash::new(&hash)?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await
}

async fn run<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, argon2::password_hash::Error> + Send + 'static,
) -> Result<T, AuthError> {
    let failed = |error: &dyn Display| AuthError::Hashing(error.to_string());
    let core = CORES.acquire().await.map_err(|error| failed(&error))?;
    // Held by the work itself: it goes on when whoever asked for it has hung up.
    let work = move || {
        let _core = core;
        work()
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| failed(&error))?
        .map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_is_taken() -> Result<(), AuthError> {
        let hash = hash_password("correct horse".to_owned()).await?;
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify_password("correct horse".to_owned(), Some(hash.clone())).await?);
        assert!(!verify_password("correct hors".to_owned(), Some(hash)).await?);
        Ok(())
    }

    #[tokio::test]
    async fn an_unknown_operator_costs_a_real_check() -> Result<(), AuthError> {
        assert!(PasswordHash::new(DECOY).is_ok());
        assert!(!verify_password("anything".to_owned(), None).await?);
        Ok(())
    }
}
