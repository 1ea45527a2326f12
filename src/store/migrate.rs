//! The schema's migrations, embedded in the binary and applied at start.

use crate::store::error::DEADLOCK;
use crate::store::{Db, DbPool, StoreError, StoreResult, soon};
use diesel::migration::{Migration, MigrationSource};
use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::{AsyncMigrationHarness, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::time::Duration;
use tokio::task::block_in_place;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// "portal" in ASCII: the advisory lock that lets one process at a time migrate Postgres.
const LOCK: i64 = 0x706f_7274_616c;

/// How often, and how far apart, a migration blocked by others is tried: for ten minutes.
const TRIES: u32 = 120;
const PAUSE: Duration = Duration::from_secs(3);

impl Db {
    /// Applies pending migrations and returns their versions. Needs a multi-threaded runtime.
    ///
    /// # Errors
    /// [`StoreError::Migration`]; the migration that failed has changed nothing.
    pub async fn migrate(&self) -> StoreResult<Vec<String>> {
        // The database user need not be allowed to change the schema once it is current. A database
        // without a schema fails this check.
        if self.is_migrated().await.unwrap_or(false) {
            return Ok(Vec::new());
        }
        match &self.pool {
            DbPool::Sqlite(pool) => {
                // Checks and migrates in one transaction, so that of two processes one finds it done.
                let migrate = |conn: &mut diesel::SqliteConnection| {
                    conn.immediate_transaction(|conn| {
                        names(conn.run_pending_migrations(SQLITE)).map_err(StoreError::Migration)
                    })
                };
                soon(pool.get()).await?.spawn_blocking(move |conn| Ok(migrate(conn))).await?
            }
            DbPool::Postgres(pool) => {
                // A connection outside the pool, so that the lock is released when it is cut. A pooler
                // in between would keep it open, and the lock held.
                let mut conn = Object::take(soon(pool.get()).await?);
                let lock = format!(
                    "SET lock_timeout = 0; SELECT pg_advisory_lock({LOCK}); SET lock_timeout = '2s'"
                );
                conn.batch_execute(&lock).await?;
                let mut harness = AsyncMigrationHarness::new(conn);
                let migrated = migrate_postgres(&mut harness).map_err(StoreError::Migration);
                let unlock = format!("SELECT pg_advisory_unlock({LOCK})");
                let unlocked = harness.into_inner().batch_execute(&unlock).await;
                let migrated = migrated?;
                unlocked?;
                Ok(migrated)
            }
        }
    }

    /// Whether the database has every migration of this binary.
    ///
    /// # Errors
    /// [`StoreError`] when the database can't be asked.
    pub async fn is_migrated(&self) -> StoreResult<bool> {
        use diesel_async::RunQueryDsl;
        let known = match &self.pool {
            DbPool::Sqlite(_) => MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE)
                .map(|all| {
                    all.iter().map(|one| one.name().version().to_string()).collect::<Vec<_>>()
                }),
            DbPool::Postgres(_) => MigrationSource::<diesel::pg::Pg>::migrations(&POSTGRES)
                .map(|all| all.iter().map(|one| one.name().version().to_string()).collect()),
        }
        .map_err(|error| StoreError::Migration(error.to_string()))?;
        diesel::table! {
            __diesel_schema_migrations (version) { version -> Text, }
        }
        let applied: Vec<String> = crate::store::read!(self, conn => {
            use diesel::QueryDsl;
            __diesel_schema_migrations::table
                .select(__diesel_schema_migrations::version)
                .load(conn)
                .await
        })?;
        Ok(known.iter().all(|version| applied.contains(version)))
    }

    /// Undoes every migration, newest first.
    ///
    /// # Errors
    /// [`StoreError::Migration`]; the migration that failed has changed nothing.
    pub async fn revert_migrations(&self) -> StoreResult<()> {
        let done = match &self.pool {
            DbPool::Sqlite(pool) => names(
                AsyncMigrationHarness::new(soon(pool.get()).await?).revert_all_migrations(SQLITE),
            ),
            DbPool::Postgres(pool) => names(
                AsyncMigrationHarness::new(soon(pool.get()).await?).revert_all_migrations(POSTGRES),
            ),
        };
        done.map(|_| ()).map_err(StoreError::Migration)
    }
}

/// Runs the migrations one by one. A statement that waits for a table lock blocks all that come after
/// it, so one that doesn't get it soon backs off: a long backup holds up nothing else.
fn migrate_postgres(
    harness: &mut impl MigrationHarness<diesel::pg::Pg>,
) -> Result<Vec<String>, String> {
    let pending = harness.pending_migrations(POSTGRES).map_err(|error| error.to_string())?;
    let mut applied = Vec::new();
    for migration in &pending {
        let mut tries = 1;
        let version = loop {
            match harness.run_migration(migration).map_err(|error| error.to_string()) {
                Err(error) if tries < TRIES && is_in_the_way(&error) => {
                    tracing::warn!(error, tries, "a migration waits for others to let go");
                    tries += 1;
                    block_in_place(|| std::thread::sleep(PAUSE));
                }
                done => break done?,
            }
        };
        applied.push(version.to_string());
    }
    Ok(applied)
}

/// Whether a migration failed because others held its lock.
fn is_in_the_way(error: &str) -> bool {
    ["lock timeout", DEADLOCK].iter().any(|said| error.contains(said))
}

fn names(
    done: diesel::migration::Result<Vec<diesel::migration::MigrationVersion<'_>>>,
) -> Result<Vec<String>, String> {
    done.map(|versions| versions.iter().map(ToString::to_string).collect())
        .map_err(|error| error.to_string())
}
