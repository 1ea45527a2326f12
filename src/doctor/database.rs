//! The database, and what is in its inbox.

use crate::config::Config;
use crate::doctor::{Finding, PATIENCE, clocks, within};
use crate::store::{Db, StoreError, missing_file};
use chrono::{TimeDelta, Utc};
use tokio::time::timeout;

/// An event that has waited this long has failed several times.
const LONG: TimeDelta = TimeDelta::minutes(10);
const RUNS: &str = "See that the database runs.";
const MIGRATE: &str = "Run `portal migrate`; `portal serve` does it too.";

/// Checks the database, and if it answers also what is in it.
pub async fn examine(config: &Config) -> Vec<Finding> {
    const CHECK: &str = "database";
    if let Some(missing) = missing_file(&config.database_url) {
        return vec![Finding::fault(CHECK, format!("there is no {missing}"), MIGRATE)];
    }
    let db = match timeout(PATIENCE, Db::open(&config.database_url)).await {
        Ok(Ok(db)) => db,
        Ok(Err(error)) => {
            return vec![Finding::fault(
                CHECK,
                error,
                "See that the database runs, and that DATABASE_URL is right.",
            )];
        }
        Err(_) => return vec![Finding::too_late(CHECK)],
    };
    let (migrations, clock, inbox, tokens) = tokio::join!(
        within("migrations", migrations(&db)),
        within("database_clock", clock(&db)),
        inbox(&db),
        service_tokens(config, &db),
    );
    let reachable = Finding::ok(CHECK, "it answers");
    [reachable, migrations, clock].into_iter().chain(inbox).chain(tokens).collect()
}

async fn migrations(db: &Db) -> Finding {
    const CHECK: &str = "migrations";
    match db.is_migrated().await {
        Ok(true) => Finding::ok(CHECK, "the database is up to date"),
        // A database without the table of migrations refuses the query.
        Ok(false) | Err(StoreError::Query(_)) => {
            Finding::fault(CHECK, "the database lacks migrations of this version", MIGRATE)
        }
        Err(error) => Finding::fault(CHECK, error, RUNS),
    }
}

async fn clock(db: &Db) -> Finding {
    const CHECK: &str = "database_clock";
    match db.now().await {
        Ok(now) => clocks::compare(CHECK, "the database", now),
        Err(error) => Finding::fault(CHECK, error, RUNS),
    }
}

/// The finding on the inbox; `None` where migrations are missing.
async fn inbox(db: &Db) -> Option<Finding> {
    const CHECK: &str = "inbox";
    let standing = match timeout(PATIENCE, db.standing()).await {
        Ok(Ok(standing)) => standing,
        Ok(Err(StoreError::Query(_))) => return None,
        Ok(Err(error)) => return Some(Finding::fault(CHECK, error, RUNS)),
        Err(_) => return Some(Finding::too_late(CHECK)),
    };
    if standing.dead > 0 {
        return Some(Finding::fault(
            CHECK,
            format!("{} dead: they failed for three days", events(standing.dead)),
            "See why in `portal events list`, mend it, then run `portal events replay --all-dead`.",
        ));
    }
    let late = standing.oldest.filter(|since| Utc::now() - *since > LONG);
    Some(match late {
        Some(since) => Finding::warning(
            CHECK,
            format!("{} waiting, one since {}", events(standing.pending), since.to_rfc3339()),
            "See that `portal serve` runs; its log says why events are put off.",
        ),
        None => Finding::ok(CHECK, "no event is dead or waits for long"),
    })
}

/// Whether any program can ask for entitlements; `None` where that can't be told.
async fn service_tokens(config: &Config, db: &Db) -> Option<Finding> {
    const CHECK: &str = "service_tokens";
    if config.entitlements_token.is_some() {
        return Some(Finding::ok(CHECK, "ENTITLEMENTS_TOKEN is set"));
    }
    let count = timeout(PATIENCE, db.service_tokens()).await.ok()?.ok()?.len();
    Some(match count {
        0 => Finding::warning(
            CHECK,
            "there are none, so no program may ask for entitlements",
            "Run `portal token add NAME` for each program that asks.",
        ),
        count => Finding::ok(CHECK, format!("{count} in the database")),
    })
}

fn events(count: i64) -> String {
    if count == 1 { "1 event is".to_owned() } else { format!("{count} events are") }
}
