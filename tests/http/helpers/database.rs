//! What a database contains, read from the database itself.

use diesel::sql_types::Text;
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;
use portal::store::{Db, DbPool};
use std::collections::BTreeSet;

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The names that a query returns, in SQLite's or Postgres's SQL.
pub async fn names(db: &Db, of_sqlite: &str, of_postgres: &str) -> BTreeSet<String> {
    let names: Vec<Named> = match &db.pool {
        DbPool::Sqlite(pool) => {
            let mut conn = pool.get().await.expect("a connection");
            sql_query(of_sqlite).load(&mut *conn).await.expect("names")
        }
        DbPool::Postgres(pool) => {
            let mut conn = pool.get().await.expect("a connection");
            sql_query(of_postgres).load(&mut *conn).await.expect("names")
        }
    };
    names.into_iter().map(|named| named.name).collect()
}

/// The names of the indexes that migrations created.
pub async fn indexes(db: &Db) -> BTreeSet<String> {
    let of_sqlite = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";
    let of_postgres = "SELECT indexname::text AS name FROM pg_indexes WHERE schemaname = 'public' \
        AND indexname NOT LIKE '%\\_pkey' AND indexname NOT LIKE '%\\_key'";
    names(db, of_sqlite, of_postgres).await
}

/// Each row of a table as one text, whatever its columns are.
pub async fn rows(db: &Db, table: &str) -> BTreeSet<String> {
    let of_postgres = format!("SELECT row::text AS name FROM {table} AS row");
    let columns = format!("SELECT name FROM pragma_table_info('{table}')");
    let of_sqlite = match &db.pool {
        DbPool::Sqlite(_) => {
            let columns = names(db, &columns, &columns).await;
            let texts: Vec<String> =
                columns.iter().map(|name| format!("coalesce({name}, '')")).collect();
            format!("SELECT {} AS name FROM {table}", texts.join(" || ' ' || "))
        }
        DbPool::Postgres(_) => String::new(),
    };
    names(db, &of_sqlite, &of_postgres).await
}
