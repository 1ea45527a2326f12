//! The command line, on a world's database and Stripe.

use super::World;
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// A command's exit code and output.
#[derive(Debug)]
pub struct Finished {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Finished {
    /// What it printed, if it succeeded.
    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// The single line it printed, if it succeeded.
    #[track_caller]
    pub fn line(self) -> String {
        let out = self.done();
        let line = out.strip_suffix('\n').filter(|line| !line.contains('\n'));
        line.unwrap_or_else(|| panic!("not one line: {out}")).to_owned()
    }

    /// The JSON it printed, if it succeeded.
    #[track_caller]
    pub fn json(self) -> Value {
        serde_json::from_str(&self.done()).expect("JSON")
    }

    /// Asserts the exit code of a failure and its message of one line.
    #[track_caller]
    pub fn fails(self, code: i32, says: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        let lines: Vec<&str> =
            self.err.lines().filter(|line| line.starts_with("portal: ")).collect();
        assert_eq!(lines.len(), 1, "{self:?}");
        assert!(lines[0].contains(says), "'{says}': {self:?}");
        assert_eq!(self.out, "");
    }
}

impl From<Output> for Finished {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

impl World {
    /// Runs `portal` with these arguments.
    pub async fn command(&self, arguments: &[&str]) -> Finished {
        self.command_given("", arguments).await
    }

    /// Runs `portal` with this input.
    pub async fn command_given(&self, input: &str, arguments: &[&str]) -> Finished {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
        command
            .args(arguments)
            .env_clear()
            .env("DATABASE_URL", &self.database_url)
            .env("PORTAL_URL", &self.portal.url)
            .env("STRIPE_SECRET_KEY", "sk_test_command")
            .env("STRIPE_WEBHOOK_SECRET", "whsec_current")
            .env("STRIPE_API_BASE", self.sandbox())
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let input = input.to_owned();
        let run = move || {
            let mut child = command.spawn()?;
            // A command that doesn't read it may have exited already.
            let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes()));
            child.wait_with_output()
        };
        let output = tokio::task::spawn_blocking(run).await.expect("a thread");
        output.expect("the portal runs").into()
    }
}
