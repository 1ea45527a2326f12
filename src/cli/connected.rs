//! The database, for commands that work on it without serving.

use super::CliError;
use crate::config::Config;
use crate::store::{Db, StoreError};

/// Opens the database.
///
/// # Errors
/// [`CliError::Configuration`] where it can't be had.
pub async fn opened(config: &Config) -> Result<Db, CliError> {
    Db::open(&config.database_url).await.map_err(CliError::configuration)
}

/// Opens the database, which must have all that this version knows of.
///
/// # Errors
/// [`CliError::Configuration`] where it can't be had, or lacks migrations.
pub async fn connected(config: &Config) -> Result<Db, CliError> {
    let db = opened(config).await?;
    match db.is_migrated().await {
        Ok(true) => Ok(db),
        // The query is refused where there is no list of migrations yet.
        Ok(false) | Err(StoreError::Query(_)) => Err(CliError::configuration(
            "the database lacks migrations: run `portal migrate` first",
        )),
        Err(error) => Err(error.into()),
    }
}
