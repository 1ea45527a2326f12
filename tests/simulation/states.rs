//! Every state the database was ever in, as far as the limits are concerned: recorded by triggers, so
//! that no commit is missed.

use crate::world::Database;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use std::time::Duration;

/// What a trigger records of a tenant, after each statement that could matter.
const OF_TENANT: &str = "INSERT INTO simulated_states (tenant_id, revision, status, quota, active)
    SELECT id, revision, subscription_status, agent_quota,
        (SELECT count(*) FROM agents WHERE agents.tenant_id = tenants.id AND agents.active)
    FROM tenants WHERE id =";

/// A tenant as a transaction left it: the last record of its revision, since every transaction that
/// changes a tenant starts a revision.
const LEFT: &str = "SELECT tenant_id, revision, status, quota, active FROM simulated_states
    WHERE id IN (SELECT max(id) FROM simulated_states GROUP BY tenant_id, revision)
    ORDER BY id";

/// Printed in full if it breaks a law.
#[allow(dead_code)]
#[derive(Debug, QueryableByName)]
pub struct State {
    #[diesel(sql_type = Text)]
    pub tenant_id: String,
    #[diesel(sql_type = BigInt)]
    pub revision: i64,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = BigInt)]
    pub quota: i64,
    #[diesel(sql_type = BigInt)]
    pub active: i64,
}

/// Printed in full if it breaks a law.
#[allow(dead_code)]
#[derive(Debug, QueryableByName)]
pub struct StuckEvent {
    #[diesel(sql_type = Text)]
    pub id: String,
    #[diesel(sql_type = Text)]
    pub event_type: String,
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = Text)]
    pub last_error: String,
}

/// The database, accessed without the portal.
pub struct Watched {
    database: Database,
    url: String,
}

/// Evaluates one body with a connection to either database.
macro_rules! connected {
    ($watched:expr, $conn:ident => $body:expr) => {
        match $watched.database {
            Database::Sqlite => {
                let path = $watched.url.strip_prefix("sqlite:").expect("a path");
                let $conn = &mut SyncConnectionWrapper::<diesel::SqliteConnection>::establish(path)
                    .await
                    .expect("a connection");
                $conn.batch_execute("PRAGMA busy_timeout = 20000").await.expect("a setting");
                $body
            }
            Database::Postgres => {
                let $conn =
                    &mut AsyncPgConnection::establish(&$watched.url).await.expect("a connection");
                $body
            }
        }
    };
}

impl Watched {
    /// Creates the triggers.
    pub async fn new(database: Database, url: &str) -> Self {
        let watched = Self { database, url: url.to_owned() };
        let sql = match database {
            Database::Sqlite => format!(
                "CREATE TABLE simulated_states (id INTEGER PRIMARY KEY AUTOINCREMENT,
                    tenant_id TEXT NOT NULL, revision BIGINT NOT NULL, status TEXT NOT NULL,
                    quota BIGINT NOT NULL, active BIGINT NOT NULL);
                 CREATE TRIGGER tenant_left AFTER UPDATE ON tenants
                    BEGIN {OF_TENANT} NEW.id; END;
                 CREATE TRIGGER agent_came AFTER INSERT ON agents
                    BEGIN {OF_TENANT} NEW.tenant_id; END;
                 CREATE TRIGGER agent_changed AFTER UPDATE ON agents
                    BEGIN {OF_TENANT} NEW.tenant_id; END;"
            ),
            Database::Postgres => format!(
                "CREATE TABLE simulated_states (id BIGSERIAL PRIMARY KEY,
                    tenant_id TEXT NOT NULL, revision BIGINT NOT NULL, status TEXT NOT NULL,
                    quota BIGINT NOT NULL, active BIGINT NOT NULL);
                 CREATE FUNCTION tenant_left() RETURNS trigger AS $$
                    BEGIN {OF_TENANT} NEW.id; RETURN NULL; END $$ LANGUAGE plpgsql;
                 CREATE FUNCTION agent_left() RETURNS trigger AS $$
                    BEGIN {OF_TENANT} NEW.tenant_id; RETURN NULL; END $$ LANGUAGE plpgsql;
                 CREATE TRIGGER tenant_left AFTER UPDATE ON tenants
                    FOR EACH ROW EXECUTE FUNCTION tenant_left();
                 CREATE TRIGGER agent_left AFTER INSERT OR UPDATE ON agents
                    FOR EACH ROW EXECUTE FUNCTION agent_left();"
            ),
        };
        connected!(watched, conn => conn.batch_execute(&sql).await.expect("triggers"));
        watched
    }

    /// Every committed state, in order.
    pub async fn states(&self) -> Vec<State> {
        connected!(self, conn => diesel::sql_query(LEFT).load(conn).await.expect("states"))
    }

    /// The events that are not done.
    pub async fn stuck_events(&self) -> Vec<StuckEvent> {
        let sql = "SELECT id, event_type, state, coalesce(last_error, '') AS last_error
            FROM stripe_events WHERE state <> 'done' ORDER BY id";
        connected!(self, conn => diesel::sql_query(sql).load(conn).await.expect("events"))
    }

    /// Does what hours of waiting would: events that were postponed, or claimed by a worker that is
    /// gone, are due.
    pub async fn waiting_is_over(&self) {
        let sql = "UPDATE stripe_events SET due_at = received_at WHERE state = 'pending'";
        connected!(self, conn => conn.batch_execute(sql).await.expect("an update"));
    }

    /// Keeps everyone else from writing for this long.
    pub async fn keep_busy(&self, time: Duration) {
        let (lock, release) = match self.database {
            Database::Sqlite => ("BEGIN IMMEDIATE", "ROLLBACK"),
            Database::Postgres => {
                ("BEGIN; LOCK TABLE tenants, agents, stripe_events IN EXCLUSIVE MODE", "ROLLBACK")
            }
        };
        connected!(self, conn => {
            conn.batch_execute(lock).await.expect("a lock");
            tokio::time::sleep(time).await;
            conn.batch_execute(release).await.expect("an end");
        });
    }
}
