//! Argon2id. Hashing is slow on purpose, so it runs on blocking threads.

use crate::auth::AuthError;
use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{Error, PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use std::fmt::Display;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// How many requests wait for a core at most, and for how long: more would take the places of requests
/// that need none.
const WAITING: usize = 32;
const PATIENCE: Duration = Duration::from_secs(2);

/// The hash of a password that nobody knows: unknown emails are checked against it, so that they take
/// as long as known ones.
pub(super) const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$YSBkZWNveSBzYWx0ISEhIQ$\
                     Z2VvcmdlIGRpZCBub3QgcGljayB0aGlzIG9uZSBoZXI";

/// Hashes the passwords of requests. Each hash takes 19 MiB and a whole core: more at once than there
/// are cores would take memory, and finish no sooner.
pub(super) struct Passwords {
    cores: Arc<Semaphore>,
    line: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, NonZero::get);
        Self { cores: Arc::new(Semaphore::new(cores)), line: Semaphore::new(WAITING) }
    }
}

impl Passwords {
    /// Hashes once a core is free.
    ///
    /// # Errors
    /// As [`hash_password`], and [`AuthError::Busy`] when too many wait or this has for too long.
    pub async fn hash(&self, password: String) -> Result<String, AuthError> {
        let core = self.turn().await?;
        run(core, move || hash(&password)).await
    }

    /// Verifies once a core is free.
    ///
    /// # Errors
    /// As [`verify_password`], and [`AuthError::Busy`] when too many wait or this has for too long.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, AuthError> {
        let core = self.turn().await?;
        run(core, move || verify(&password, hash)).await
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, AuthError> {
        let _place = self.line.try_acquire().map_err(|_| AuthError::Busy)?;
        let core = timeout(PATIENCE, Arc::clone(&self.cores).acquire_owned()).await;
        core.map_err(|_| AuthError::Busy)?.map_err(|error| failed(&error))
    }
}

/// The password's hash in PHC form, with its own salt.
///
/// # Errors
/// [`AuthError::Cryptography`] when the system has no randomness.
pub async fn hash_password(password: String) -> Result<String, AuthError> {
    run((), move || hash(&password)).await
}

/// Whether the password matches the hash; `false` without a hash, after the same work.
///
/// # Errors
/// [`AuthError::Cryptography`] for a hash that can't be read.
pub async fn verify_password(password: String, hash: Option<String>) -> Result<bool, AuthError> {
    run((), move || verify(&password, hash)).await
}

fn hash(password: &str) -> Result<String, Error> {
    let salt = SaltString::generate(&mut OsRng);
    Ok(Argon2::default().hash_password(password.as_bytes(), &salt)?.to_string())
}

fn verify(password: &str, hash: Option<String>) -> Result<bool, Error> {
    let known = hash.is_some();
    let hash = hash.unwrap_or_else(|| DECOY.to_owned());
    let parsed = PasswordHash::new(&hash)?;
    Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
}

/// The work itself holds `core`: it goes on even if the caller is gone.
async fn run<T: Send + 'static>(
    core: impl Send + 'static,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, AuthError> {
    let work = move || {
        let _core = core;
        work()
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| failed(&error))?
        .map_err(|error| failed(&error))
}

fn failed(error: &dyn Display) -> AuthError {
    AuthError::Cryptography(error.to_string())
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

    #[tokio::test(start_paused = true)]
    async fn only_so_many_wait_for_a_core_and_not_for_long() {
        let passwords = Arc::new(Passwords::default());
        let cores = u32::try_from(passwords.cores.available_permits()).unwrap_or(u32::MAX);
        let _cores = Arc::clone(&passwords.cores).acquire_many_owned(cores).await;
        let asked = (0..=WAITING).map(|_| {
            let passwords = passwords.clone();
            tokio::spawn(async move { passwords.hash("correct horse".to_owned()).await })
        });
        let (first, _, waiting) = futures_util::future::select_all(asked).await;
        assert!(matches!(first, Ok(Err(AuthError::Busy))), "{first:?}");
        assert!(waiting.iter().all(|one| !one.is_finished()));
        for one in waiting {
            assert!(matches!(one.await, Ok(Err(AuthError::Busy))));
        }
        assert_eq!(passwords.line.available_permits(), WAITING);
    }
}
