//! The built binary as a separate process.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// A running `portal COMMAND`, killed when dropped.
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts it in a folder, with its log there under this name.
    pub fn start(command: &str, folder: &Path, name: &str, environment: &[(&str, String)]) -> Self {
        let mut portal = Command::new(env!("CARGO_BIN_EXE_portal"));
        Self::start_as(portal.arg(command), folder, name, environment)
    }

    /// Like [`Process::start`], with a command that runs it.
    pub fn start_as(
        command: &mut Command,
        folder: &Path,
        name: &str,
        environment: &[(&str, String)],
    ) -> Self {
        let log = folder.join(name).with_extension("log");
        let out: File =
            OpenOptions::new().create(true).append(true).open(&log).expect("a log file");
        let child = command
            .current_dir(folder)
            .env_clear()
            .env("RUST_BACKTRACE", "1")
            .env("PATH", std::env::var("PATH").unwrap_or_default())
            .envs(environment.iter().map(|(name, value)| (*name, value.as_str())))
            .stdin(Stdio::null())
            .stdout(out.try_clone().expect("a log file"))
            .stderr(out)
            .spawn()
            .expect("the binary runs");
        Self { child, log }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its whole log, with those of earlier processes of the same name.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Its exit status, if it has ended.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child")
    }

    /// Kills it without warning.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        self.child.wait().expect("a child");
    }

    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.id().to_string()]).status();
        assert!(sent.expect("kill").success(), "{signal} could not be sent");
    }

    /// Waits until it ends by itself.
    pub async fn end(&mut self) -> ExitStatus {
        let end = async {
            loop {
                if let Some(status) = self.ended() {
                    return status;
                }
                sleep(Duration::from_millis(20)).await;
            }
        };
        let end = timeout(Duration::from_secs(60), end).await;
        end.unwrap_or_else(|_| panic!("it does not stop: {}", self.log()))
    }

    /// Waits until this URL answers 200, which must happen while the process runs.
    pub async fn ready(&mut self, url: &str) {
        let http = reqwest::Client::new();
        for _ in 0..3000 {
            if http.get(url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            let ended = self.ended();
            assert!(ended.is_none(), "it has ended ({ended:?}): {}", self.log());
            sleep(Duration::from_millis(20)).await;
        }
        panic!("{url} does not answer: {}", self.log());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
