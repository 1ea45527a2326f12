//! Both databases get the same tables, and every migration can be reverted.

use crate::helpers::{Folder, indexes, names, new_postgres};
use diesel::sql_types::Text;
use diesel::{QueryableByName, sql_query};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use portal::store::{Db, DbPool};
use std::collections::BTreeSet;
use std::time::Duration;

/// "table.column nullable", for every column of the portal's tables.
async fn columns(db: &Db) -> BTreeSet<String> {
    const SQLITE: &str = "SELECT m.name || '.' || c.name || \
        CASE WHEN c.\"notnull\" = 0 THEN ' nullable' ELSE '' END AS name \
        FROM sqlite_master m JOIN pragma_table_info(m.name) c \
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'";
    const POSTGRES: &str = "SELECT table_name || '.' || column_name || \
        CASE WHEN is_nullable = 'YES' THEN ' nullable' ELSE '' END AS name \
        FROM information_schema.columns \
        WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'";
    names(db, SQLITE, POSTGRES).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_get_the_same_tables_and_indexes_and_give_them_back() {
    let folder = Folder::new();
    let sqlite = Db::open(&folder.database_url()).await.expect("SQLite");
    let postgres = Db::open(&new_postgres().await).await.expect("Postgres");
    let mut seen = Vec::new();
    for db in [&sqlite, &postgres] {
        assert!(!db.migrate().await.expect("migrated").is_empty());
        assert!(db.is_migrated().await.expect("a query"));
        assert!(db.migrate().await.expect("migrated again").is_empty());
        let first = (columns(db).await, indexes(db).await);
        assert!(first.0.contains("tenants.stripe_customer_id nullable"), "{first:?}");
        db.revert_migrations().await.expect("reverted");
        assert!(columns(db).await.is_empty(), "{:?}", columns(db).await);
        assert!(indexes(db).await.is_empty(), "{:?}", indexes(db).await);
        db.migrate().await.expect("migrated once more");
        assert_eq!((columns(db).await, indexes(db).await), first);
        seen.push(first);
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_is_up_to_date_is_left_alone_by_whoever_may_not_change_it() {
    let url = new_postgres().await;
    let owner = Db::open(&url).await.expect("Postgres");
    let DbPool::Postgres(pool) = &owner.pool else { panic!("not Postgres") };
    owner.migrate().await.expect("migrated");
    let role = format!("reader_{}", std::process::id());
    let mut conn = pool.get().await.expect("a connection");
    for statement in [
        format!("CREATE ROLE {role} LOGIN"),
        format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"),
    ] {
        sql_query(statement).execute(&mut conn).await.expect("a role");
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    let reader = Db::open(&format!("{url}{separator}options=-c%20role%3D{role}")).await;
    assert!(reader.expect("Postgres").migrate().await.expect("nothing to do").is_empty());
    for statement in [format!("DROP OWNED BY {role}"), format!("DROP ROLE {role}")] {
        sql_query(statement).execute(&mut conn).await.expect("dropped");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_is_stored_that_a_migration_waited_for_while_it_waited_for_that() {
    let db = Db::open(&new_postgres().await).await.expect("Postgres");
    db.migrate().await.expect("migrated");
    let DbPool::Postgres(pool) = &db.pool else { panic!("not Postgres") };
    let mut migration = pool.get().await.expect("a connection");
    let first = "BEGIN; LOCK TABLE tenants IN ACCESS EXCLUSIVE MODE";
    migration.batch_execute(first).await.expect("locked");
    let event = br#"{"id": "evt_1", "type": "ping", "created": 1790000000, "livemode": false,
        "data": {"object": {"id": "cus_1", "object": "customer"}}}"#;
    let event = portal::webhooks::read_event(event).expect("an event");
    let storing = tokio::spawn({
        let db = db.clone();
        async move { db.store_events(vec![event], chrono::Utc::now()).await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let then = "LOCK TABLE stripe_events IN ACCESS EXCLUSIVE MODE; COMMIT";
    migration.batch_execute(then).await.expect("it goes first");
    assert_eq!(storing.await.expect("a task").expect("stored").len(), 1);
}

#[test]
fn both_databases_have_migrations_of_the_same_names_that_say_why() {
    let names = |database: &str| -> BTreeSet<String> {
        let folder = format!("{}/migrations/{database}", env!("CARGO_MANIFEST_DIR"));
        let entries = std::fs::read_dir(&folder).expect("the migrations");
        let paths = entries.map(|entry| entry.expect("a folder").path());
        paths
            .map(|path| {
                let up = std::fs::read_to_string(path.join("up.sql")).expect("up.sql");
                assert!(up.starts_with("-- "), "{} does not say why", path.display());
                assert!(path.join("down.sql").exists());
                path.file_name().expect("a name").to_string_lossy().into_owned()
            })
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_its_promises() {
    #[derive(QueryableByName)]
    struct Pragma {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        keys: i64,
        #[diesel(sql_type = Text)]
        journal: String,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        busy: i64,
    }
    let folder = Folder::new();
    let db = Db::open(&folder.database_url()).await.expect("SQLite");
    let DbPool::Sqlite(pool) = &db.pool else { panic!("not SQLite") };
    let mut conn = pool.get().await.expect("a connection");
    let pragma: Pragma = sql_query(
        "SELECT foreign_keys AS keys, journal_mode AS journal, timeout AS busy \
         FROM pragma_foreign_keys, pragma_journal_mode, pragma_busy_timeout",
    )
    .get_result(&mut conn)
    .await
    .expect("pragmas");
    assert_eq!((pragma.keys, pragma.journal.as_str(), pragma.busy), (1, "wal", 5_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_sqlite_file_is_its_owner_s_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let data = folder.0.join("new/data");
    let db =
        Db::open(&format!("sqlite:{}", data.join("portal.db").display())).await.expect("SQLite");
    db.migrate().await.expect("migrated");
    for (name, expected) in [("", 0o700), ("portal.db", 0o600), ("portal.db-wal", 0o600)] {
        let found = std::fs::metadata(data.join(name)).expect("it is there");
        assert_eq!(found.permissions().mode() & 0o777, expected, "{name}");
    }
}
