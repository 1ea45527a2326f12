//! How a database executes a statement.

use crate::helpers::World;
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use portal::store::DbPool;
use serde_json::Value;
use std::collections::BTreeSet;

/// How a database executes a statement: the full scans in it, and the indexes it uses.
#[derive(Debug, Default)]
pub struct Plan {
    pub walks: Vec<String>,
    pub indexes: BTreeSet<String>,
}

pub async fn plan(world: &World, statement: &str) -> Plan {
    match &world.portal.db.pool {
        DbPool::Sqlite(pool) => {
            #[derive(QueryableByName)]
            struct Step {
                #[diesel(sql_type = Text)]
                detail: String,
            }
            let mut conn = pool.get().await.expect("a connection");
            let explain = format!("EXPLAIN QUERY PLAN {statement}");
            let steps = diesel::sql_query(explain).load(&mut *conn).await;
            let steps: Vec<Step> = steps.unwrap_or_else(|error| panic!("{statement}: {error}"));
            let mut plan = Plan::default();
            for Step { detail } in steps {
                let walk = detail.strip_prefix("SCAN ").filter(|table| *table != "CONSTANT ROW");
                plan.walks.extend(walk.map(str::to_owned));
                let words: Vec<&str> = detail.split(' ').collect();
                let index = words.iter().position(|word| *word == "INDEX");
                plan.indexes
                    .extend(index.and_then(|at| words.get(at + 1)).map(ToString::to_string));
            }
            plan
        }
        DbPool::Postgres(pool) => {
            #[derive(QueryableByName)]
            struct Explained {
                #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
                plan: String,
            }
            let mut conn = pool.get().await.expect("a connection");
            let explain = format!("EXPLAIN (FORMAT JSON, COSTS OFF) {statement}");
            let explained = diesel::sql_query(explain).get_result(&mut *conn).await;
            let Explained { plan } =
                explained.unwrap_or_else(|error| panic!("{statement}: {error}"));
            let plan: Value = serde_json::from_str(&plan).expect("JSON");
            let mut found = Plan::default();
            look(&plan[0]["Plan"], &mut found);
            found
        }
    }
}

/// Reads a node of a Postgres plan.
fn look(node: &Value, plan: &mut Plan) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    if let Some(index) = node["Index Name"].as_str() {
        plan.indexes.insert(index.to_owned());
    }
    // Reading a whole index is a scan too.
    if kind == "Seq Scan" || (kind.contains("Index") && node["Index Cond"].is_null()) {
        let what = node["Relation Name"].as_str().or(node["Index Name"].as_str());
        plan.walks.push(what.unwrap_or_default().to_owned());
    }
    for inner in node["Plans"].as_array().into_iter().flatten() {
        look(inner, plan);
    }
}
