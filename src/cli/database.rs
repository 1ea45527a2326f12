//! The database, for commands that work on it without serving.

use super::CliError;
use crate::config::Config;
use crate::store::{Db, StoreError, StoreResult, missing_file};

/// How many rows are read, or changed, at once.
pub const PAGE: i64 = 500;

/// Opens the database.
///
/// # Errors
/// [`CliError::Configuration`] where it can't be opened.
pub async fn open(config: &Config) -> Result<Db, CliError> {
    Db::open(&config.database_url).await.map_err(CliError::configuration)
}

/// Opens the database, which must have every migration of this version.
///
/// # Errors
/// [`CliError::Configuration`] where it is missing, can't be opened, or lacks migrations.
pub async fn open_migrated(config: &Config) -> Result<Db, CliError> {
    if let Some(path) = missing_file(&config.database_url) {
        return Err(CliError::configuration(format!(
            "there is no {path}: have DATABASE_URL name the portal's database, or make one with \
             `portal migrate`"
        )));
    }
    let db = open(config).await?;
    match db.is_migrated().await {
        Ok(true) => Ok(db),
        // The query is refused where there is no table of migrations yet.
        Ok(false) | Err(StoreError::Query(_)) => Err(CliError::configuration(
            "the database lacks migrations: run `portal migrate` first",
        )),
        Err(error) => Err(error.into()),
    }
}

/// Reads a list to its end. `page` returns what follows the last row read, at most as many as asked
/// for; nothing when there is no more.
///
/// # Errors
/// When a page can't be read.
pub async fn read_all<Row>(
    page: impl AsyncFn(Option<&Row>, i64) -> StoreResult<Vec<Row>>,
) -> StoreResult<Vec<Row>> {
    let mut rows = Vec::new();
    loop {
        let more = page(rows.last(), PAGE).await?;
        if more.is_empty() {
            return Ok(rows);
        }
        rows.extend(more);
    }
}
