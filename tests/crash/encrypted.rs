//! A Postgres reached over TLS, with a company's own authority.

use crate::cluster::Cluster;
use crate::helpers::Folder;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use portal::store::{Db, DbPool};
use std::process::Command;

/// Runs `portal migrate` on this database; returns its exit code and output.
fn migrate(folder: &Folder, url: &str) -> (Option<i32>, String) {
    let mut portal = Command::new(env!("CARGO_BIN_EXE_portal"));
    portal.arg("migrate").current_dir(&folder.0).env_clear().env("DATABASE_URL", url);
    let output = portal.output().expect("the binary runs");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[derive(diesel::QueryableByName)]
struct Encrypted {
    #[diesel(sql_type = Bool)]
    ssl: bool,
}

async fn is_encrypted(url: &str) -> bool {
    let db = Db::open(url).await.expect("the database");
    let DbPool::Postgres(pool) = &db.pool else { panic!("{url} is no Postgres") };
    let mut conn = pool.get().await.expect("a connection");
    let query = diesel::sql_query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    query.get_result::<Encrypted>(&mut conn).await.expect("a row").ssl
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_authority_is_believed_where_it_is_named() {
    let (cluster, folder) = (Cluster::start().await, Folder::new());
    let url = &cluster.database_url;
    let certificate = folder.0.join("authority.pem");
    std::fs::write(&certificate, cluster.speak_tls().await).expect("a file");
    let certificate = certificate.display();

    // No public authority vouches for it.
    let (code, text) = migrate(&folder, &format!("{url}?sslmode=require"));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("UnknownIssuer") && text.contains("sslrootcert=/path"), "{text}");

    let verified = format!("?sslmode=verify-full&sslrootcert={certificate}");
    let (code, text) = migrate(&folder, &format!("{url}{verified}"));
    assert_eq!(code, Some(0), "{text}");
    assert!(is_encrypted(&format!("{url}{verified}")).await);

    // Its certificate is for another name.
    let elsewhere = url.replace("127.0.0.1", "localhost");
    let (code, text) = migrate(&folder, &format!("{elsewhere}{verified}"));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("not valid for name \"localhost\""), "{text}");
    assert!(!text.contains("sslrootcert=/path"), "{text}");

    // A connection that does not require TLS is encrypted anyway.
    assert!(is_encrypted(url).await);
    assert!(!is_encrypted(&format!("{url}?sslmode=disable")).await);
}

#[test]
fn an_authority_s_file_that_is_none_is_named() {
    let folder = Folder::new();
    let empty = folder.0.join("empty.pem");
    std::fs::write(&empty, "nothing").expect("a file");
    let empty = empty.display().to_string();
    for (file, says) in [("/nowhere.pem", "can't be read"), (&empty, "has no certificate")] {
        let url = format!("postgres://127.0.0.1:1/portal?sslmode=verify-full&sslrootcert={file}");
        let (code, text) = migrate(&folder, &url);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains(file) && text.contains(says), "{text}");
    }
}
