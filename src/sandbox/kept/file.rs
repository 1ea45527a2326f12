//! The file a sandbox keeps its state in: a SQLite database of its own.

use crate::sandbox::SandboxError;
use crate::sandbox::kept::{Row, changes, restore, settings, settle};
use crate::sandbox::state::State;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Integer, Text};
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// "SbxS": tells the file from any other SQLite database.
const APPLICATION: i32 = 0x5362_7853;
/// Incremented when a change to the stored data makes older files unreadable.
const LAYOUT: i32 = 1;

diesel::table! {
    kept (kind, id) {
        kind -> Text,
        id -> Text,
        place -> BigInt,
        value -> Text,
    }
}

/// An open state file, which no other sandbox can open.
pub struct File {
    path: PathBuf,
    connection: SqliteConnection,
    /// The settings as last written.
    settings: HashMap<String, String>,
}

impl fmt::Debug for File {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("File").field(&self.path).finish()
    }
}

#[derive(QueryableByName)]
struct Marks {
    #[diesel(sql_type = Integer)]
    application: i32,
    #[diesel(sql_type = Integer)]
    layout: i32,
    #[diesel(sql_type = BigInt)]
    tables: i64,
}

impl File {
    /// Opens the file, creating it and its folder if needed, and fills an empty state from it; `anew`
    /// deletes what it holds instead.
    pub fn open(path: &Path, anew: bool, state: &mut State) -> Result<File, SandboxError> {
        let unusable =
            |reason: String| SandboxError::StateUnusable { path: path.to_owned(), reason };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| unusable(error.to_string()))?;
        }
        let mut connection = SqliteConnection::establish(&path.to_string_lossy())
            .map_err(|error| unusable(error.to_string()))?;
        let unreadable = |reason| SandboxError::StateUnreadable { path: path.to_owned(), reason };
        let rows = read(&mut connection, path, anew).map_err(|error| match error.to_string() {
            locked if locked.contains("database is locked") => {
                SandboxError::StateInUse(path.to_owned())
            }
            reason => unreadable(reason),
        })?;
        restore(state, &rows).map_err(unreadable)?;
        Ok(File { path: path.to_owned(), connection, settings: HashMap::new() })
    }

    /// Writes what has changed. If that fails, it is written with the next change.
    pub fn keep(&mut self, state: &mut State) {
        let changed: Vec<Row> = settings(state)
            .into_iter()
            .filter(|row| self.settings.get(&row.kind) != Some(&row.value))
            .collect();
        let mut rows = changes(state);
        rows.extend(changed.iter().cloned());
        if rows.is_empty() {
            return;
        }
        let written = self.connection.transaction(|connection| {
            rows.iter().try_for_each(|row| write(connection, row).map(drop))
        });
        match written {
            Ok(()) => {
                settle(state);
                self.settings.extend(changed.into_iter().map(|row| (row.kind, row.value)));
            }
            Err(error) => {
                tracing::error!(%error, file = %self.path.display(), "sandbox: its state could not be kept; trying again with the next change");
            }
        }
    }
}

fn read(
    connection: &mut SqliteConnection,
    path: &Path,
    anew: bool,
) -> Result<Vec<Row>, Box<dyn std::error::Error>> {
    // Exclusive mode holds the file until the connection closes, however the process ends.
    connection.batch_execute(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;",
    )?;
    let marks: Marks = sql_query(
        "SELECT (SELECT application_id FROM pragma_application_id) AS application, \
         (SELECT user_version FROM pragma_user_version) AS layout, \
         (SELECT count(*) FROM sqlite_master) AS tables",
    )
    .get_result(connection)?;
    if marks.tables == 0 {
        connection.batch_execute(&format!(
            "BEGIN; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {LAYOUT}; \
             CREATE TABLE kept (kind TEXT NOT NULL, id TEXT NOT NULL, place INTEGER NOT NULL, \
             value TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID; COMMIT;"
        ))?;
    } else if (marks.application, marks.layout) != (APPLICATION, LAYOUT) {
        return Err("it is not a file of this version's".into());
    }
    if anew {
        set_aside(connection, path)?;
    }
    Ok(kept::table.order((kept::kind, kept::place)).load(connection)?)
}

/// Empties the file. A copy of what it held stays beside it.
fn set_aside(
    connection: &mut SqliteConnection,
    path: &Path,
) -> Result<(), Box<dyn std::error::Error>> {
    if kept::table.count().get_result::<i64>(connection)? == 0 {
        return Ok(());
    }
    let copy = path.with_extension("db.old");
    if copy.exists() {
        std::fs::remove_file(&copy)?;
    }
    sql_query("VACUUM INTO ?").bind::<Text, _>(copy.to_string_lossy()).execute(connection)?;
    diesel::delete(kept::table).execute(connection)?;
    tracing::warn!(kept_in = %copy.display(), "the database is new: the sandbox starts over");
    Ok(())
}

fn write(connection: &mut SqliteConnection, row: &Row) -> QueryResult<usize> {
    diesel::replace_into(kept::table)
        .values((
            kept::kind.eq(&row.kind),
            kept::id.eq(&row.id),
            kept::place.eq(row.place),
            kept::value.eq(&row.value),
        ))
        .execute(connection)
}
