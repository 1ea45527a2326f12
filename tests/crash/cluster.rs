//! A Postgres of a test's own, which it may restart.

use crate::helpers::new_database;
use diesel::sql_types::Text;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A cluster that goes when the test does.
pub struct Cluster {
    script: Child,
    /// A new database on it, which keeps what it has committed.
    pub database_url: String,
    folder: String,
}

#[derive(diesel::QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    data_directory: String,
}

impl Cluster {
    pub async fn start() -> Self {
        // The cluster lives for as long as `cat` does.
        let mut script = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/with-postgres"))
            .args(["bash", "-c", "echo \"$TEST_POSTGRES_URL\"; exec cat"])
            .env_remove("TEST_POSTGRES_URL")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a script");
        let mut server = String::new();
        let mut said = BufReader::new(script.stdout.as_mut().expect("its output"));
        said.read_line(&mut server).expect("a line");
        let server = server.trim();
        let database_url = new_database(server).await;
        let mut conn = AsyncPgConnection::establish(server).await.expect("the cluster");
        let (_, name) = database_url.rsplit_once('/').expect("a name");
        let durable = format!("ALTER DATABASE {name} SET synchronous_commit = on");
        conn.batch_execute(&durable).await.expect("a setting");
        let setting: Setting =
            diesel::sql_query("SHOW data_directory").get_result(&mut conn).await.expect("a folder");
        Self { script, database_url, folder: setting.data_directory }
    }

    /// Restarts it: "fast" as an upgrade would, "immediate" as after a crash.
    pub async fn restart(&self, mode: &str) {
        let script = ". .ci/tools.sh; bin=$(find_postgres_bin); owner=(); \
             [ \"$(id -u)\" -ne 0 ] || owner=(runuser -u postgres --); \
             cd \"$0/..\" && \"${owner[@]}\" \"$bin/pg_ctl\" restart -D \"$0\" -m \"$1\" -l server.log -s -w";
        let mut restart = Command::new("bash");
        restart.args(["-c", script, &self.folder, mode]).current_dir(env!("CARGO_MANIFEST_DIR"));
        restart.stdin(Stdio::null()).stdout(Stdio::null());
        let done = tokio::task::spawn_blocking(move || restart.status()).await.expect("a thread");
        assert!(done.expect("a script").success(), "Postgres could not be restarted");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}
