//! A new Stripe account, and the binary's commands that set it up and check it.

use super::{ENTITLEMENTS_TOKEN, Folder, Front, stripe_request};
use portal::sandbox::{Sandbox, SandboxConfig};
use reqwest::Method;
use serde_json::Value;
use std::process::{Command, Output};

/// The account's key.
pub const KEY: &str = "sk_test_portal";
/// A key of the account without permission for webhook endpoints.
pub const RESTRICTED_KEY: &str = "rk_test_portal";

/// An account, empty at first, and the configuration of a portal that uses it.
pub struct Account {
    pub folder: Folder,
    pub front: Front,
    /// Pairs of name and value.
    pub environment: Vec<(String, String)>,
    _sandbox: Sandbox,
}

impl Account {
    /// An account for a portal at this address.
    pub async fn new(portal_url: &str) -> Self {
        let folder = Folder::new();
        let sandbox = Sandbox::start(SandboxConfig {
            addr: ([127, 0, 0, 1], 0).into(),
            webhook: None,
            state: None,
            anew: false,
            empty: true,
        });
        let sandbox = sandbox.await.expect("the sandbox starts");
        let front = Front::before(sandbox.url()).await;
        let environment = [
            ("STRIPE_SECRET_KEY", KEY),
            ("STRIPE_API_BASE", &front.url),
            ("PORTAL_URL", portal_url),
            ("DATABASE_URL", &folder.database_url()),
            ("ENTITLEMENTS_TOKEN", ENTITLEMENTS_TOKEN),
        ];
        let environment =
            environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self { folder, front, environment, _sandbox: sandbox }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.environment.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Runs `portal` with these arguments to completion.
    pub async fn run(&self, arguments: &[&str]) -> Output {
        let mut portal = Command::new(env!("CARGO_BIN_EXE_portal"));
        portal.args(arguments).current_dir(&self.folder.0).env_clear();
        portal.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let run = tokio::task::spawn_blocking(move || portal.output());
        run.await.expect("it ends").expect("the portal runs")
    }

    /// Runs a command that prints JSON; returns its exit code and the JSON.
    pub async fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let output = self.run(arguments).await;
        let text = String::from_utf8_lossy(&output.stdout);
        let json = serde_json::from_str(&text);
        let json = json.unwrap_or_else(|_| panic!("no JSON: {text}{output:?}"));
        (output.status.code().expect("an exit code"), json)
    }

    /// Sets the environment variables listed in a file.
    pub fn read(&mut self, file: &str) {
        let text = std::fs::read_to_string(self.folder.0.join(file)).expect("the file");
        for line in text.lines() {
            let (name, value) = line.split_once('=').expect("a pair");
            self.set(name, value);
        }
    }

    /// Sends a request to Stripe directly.
    pub async fn stripe(&self, method: Method, path: &str, fields: &[(&str, &str)]) -> Value {
        let http = reqwest::Client::new();
        let request = stripe_request(&http, &self.front.behind, KEY, method, path, fields);
        let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
        assert!(answer.get("error").is_none(), "{path}: {answer}");
        answer
    }
}
