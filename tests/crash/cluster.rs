//! A Postgres cluster of the test's own, which it can restart.

use crate::helpers::new_database;
use diesel::sql_types::Text;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::time::sleep;

/// A cluster that is removed when the test ends.
pub struct Cluster {
    script: Child,
    /// A new database on it, which keeps committed data.
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

    /// Restarts it: "fast" as for an upgrade, "immediate" as after a crash.
    pub async fn restart(&self, mode: &str) {
        let restart = "bin=$(find_postgres_bin); cd .. && \"${owner[@]}\" \"$bin/pg_ctl\" restart \
                       -D \"$0\" -m \"$1\" -l server.log -s -w >/dev/null";
        self.run(restart, mode).await;
    }

    /// Enables TLS, with a certificate for 127.0.0.1 from a private authority; returns the authority's
    /// certificate.
    pub async fn speak_tls(&self) -> String {
        let certificates = "\"${owner[@]}\" bash -euc '
            key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
            openssl req -x509 \"${key[@]}\" -keyout ca.key -out ca.crt -subj /CN=authority
            openssl req \"${key[@]}\" -keyout server.key -out server.csr -subj /CN=server
            openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial \
                -out server.crt -extfile <(echo subjectAltName=IP:127.0.0.1)
            chmod 600 server.key' 2>/dev/null; cat ca.crt";
        let authority = self.run(certificates, "").await;
        let connect =
            async || AsyncPgConnection::establish(&self.database_url).await.expect("the cluster");
        for statement in ["ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()"] {
            connect().await.batch_execute(statement).await.expect("a setting");
        }
        let speaks =
            diesel::sql_query("SELECT 1 FROM pg_settings WHERE name = 'ssl' AND setting = 'on'");
        for _ in 0..500 {
            if speaks.clone().execute(&mut connect().await).await.expect("a query") == 1 {
                return authority;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("Postgres does not take its certificate: {authority}");
    }

    /// Runs a script with its folder as `$0` and an argument as `$1`; `owner` is the prefix for
    /// commands that must run as its owner. Returns the output.
    async fn run(&self, script: &str, argument: &str) -> String {
        let script = format!(
            ". .ci/tools.sh; cd \"$0\"; owner=(); \
             [ \"$(id -u)\" -ne 0 ] || owner=(runuser -u postgres --); {script}"
        );
        let mut command = Command::new("bash");
        command.args(["-ec", &script, &self.folder, argument]).stdin(Stdio::null());
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        let done = tokio::task::spawn_blocking(move || command.output()).await.expect("a thread");
        let done = done.expect("a script");
        assert!(done.status.success(), "{script}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}
