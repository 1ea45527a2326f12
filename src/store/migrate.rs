//! The schema, carried in the binary and applied at start.

use crate::store::{Db, DbPool, StoreError, StoreResult, soon};
use diesel::migration::{Migration, MigrationSource};
use diesel_async::AsyncMigrationHarness;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// "portal" in ASCII: the advisory lock that lets one process at a time migrate Postgres.
const LOCK: i64 = 0x706f_7274_616c;

impl Db {
    /// Applies the migrations that are missing and names them. Needs a multi-threaded runtime.
    ///
    /// # Errors
    /// [`StoreError::Migration`]; the migration that failed has changed nothing.
    pub async fn migrate(&self) -> StoreResult<Vec<String>> {
        let done = match &self.pool {
            DbPool::Sqlite(pool) => {
                let mut harness = AsyncMigrationHarness::new(soon(pool.get()).await?);
                names(harness.run_pending_migrations(SQLITE))
            }
            DbPool::Postgres(pool) => {
                use diesel_async::SimpleAsyncConnection;
                let mut conn = soon(pool.get()).await?;
                conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})")).await?;
                let mut harness = AsyncMigrationHarness::new(conn);
                let done = names(harness.run_pending_migrations(POSTGRES));
                let unlock = format!("SELECT pg_advisory_unlock({LOCK})");
                harness.into_inner().batch_execute(&unlock).await?;
                done
            }
        };
        done.map_err(StoreError::Migration)
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
        let applied: Vec<String> = crate::store::query!(self, conn => {
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

fn names(
    done: diesel::migration::Result<Vec<diesel::migration::MigrationVersion<'_>>>,
) -> Result<Vec<String>, String> {
    done.map(|versions| versions.iter().map(ToString::to_string).collect())
        .map_err(|error| error.to_string())
}
