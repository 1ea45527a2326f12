//! A sandbox with a state file resumes where it was, however it ended.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use portal::sandbox::{Sandbox, SandboxConfig, SandboxError, WebhookTarget};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::helpers::{Answer, Bench, DAY, Inbox, id};

/// A folder that is removed when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let name = format!("sandbox-test-{}", uuid::Uuid::new_v4().simple());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("new/sandbox.db")
    }

    async fn start(&self) -> Bench {
        Bench::start_on(Some(self.file())).await
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn config(file: &Path) -> SandboxConfig {
    let addr = "127.0.0.1:0".parse().unwrap();
    SandboxConfig { addr, webhook: None, state: Some(file.to_owned()), anew: false, empty: false }
}

async fn customer_under(bench: &Bench, key: &str) -> Answer {
    let request = bench.request(Method::POST, "customers").header("Idempotency-Key", key);
    Answer::read(request.body("email=a@b.c").send().await.unwrap()).await
}

/// Everything that Stripe's API shows of a sandbox.
async fn everything(bench: &Bench) -> Vec<Value> {
    let mut seen = Vec::new();
    for path in
        ["products", "prices", "customers", "subscriptions?status=all", "invoices", "events"]
    {
        let joint = if path.contains('?') { '&' } else { '?' };
        seen.push(bench.get(&format!("{path}{joint}limit=100")).await["data"].clone());
    }
    seen
}

#[tokio::test]
async fn objects_events_and_the_clock_are_there_after_a_restart() {
    let folder = Folder::new();
    let first = folder.start().await;
    let subscription = id(&first.subscribe(2, true, "4242424242424242").await);
    let customer = first.customer().await;
    first.request(Method::DELETE, &format!("customers/{customer}")).send().await.unwrap();
    first.form("/_sandbox/advance", &format!("by={}", 20 * DAY)).await;
    let now = first.form("/_sandbox/clock", "state=frozen").await.json()["now"].clone();
    while first.get("events?delivery_success=false").await["data"] != json!([]) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let before = everything(&first).await;
    first.sandbox.stop().await;

    let second = folder.start().await;
    assert_eq!(everything(&second).await, before);
    assert_eq!(second.subscription(&subscription).await["status"], "active");
    assert_eq!(second.get(&format!("customers/{customer}")).await["deleted"], true);
    let made = second.get(&format!("customers/{}", second.customer().await)).await;
    assert_eq!(made["created"], now);
}

#[tokio::test]
async fn an_idempotency_key_is_remembered_after_a_restart() {
    let folder = Folder::new();
    let first = folder.start().await;
    let made = customer_under(&first, "k").await;
    first.form("/_sandbox/faults", "fault=500").await;
    let failed = customer_under(&first, "f").await;
    first.sandbox.stop().await;

    let second = folder.start().await;
    for (key, earlier) in [("k", made), ("f", failed)] {
        let again = customer_under(&second, key).await;
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!((again.status, again.text), (earlier.status, earlier.text));
    }
    assert_eq!(second.get("customers").await["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn deliveries_faults_and_rules_go_on_after_a_restart() {
    let folder = Folder::new();
    let first = folder.start().await;
    first.customer().await;
    first.inbox.wait_for("customer.created").await;
    first.form("/_sandbox/deliveries", "action=duplicate&type=product.*&count=3").await;
    first.form("/_sandbox/deliveries", "action=hold").await;
    first.form("/_sandbox/faults", "fault=429&count=2&call=DELETE").await;
    first.post("products", "name=held").await;
    let deliveries = first.page("/_sandbox/deliveries").await.json();
    first.sandbox.stop().await;

    let second = folder.start().await;
    let mut kept = second.page("/_sandbox/deliveries").await.json();
    for delivery in kept["deliveries"].as_array_mut().unwrap() {
        assert_eq!(delivery["url"], second.inbox.url.as_str());
        delivery["url"] = json!(first.inbox.url);
    }
    assert_eq!(kept, deliveries);
    let faults = second.page("/_sandbox/faults").await.json();
    assert_eq!(faults["faults"], json!([{ "fault": "429", "call": "DELETE", "left": 2 }]));
    assert!(second.inbox.all().is_empty());
    second.form("/_sandbox/deliveries", "action=release").await;
    second.inbox.wait_for("product.created").await;
}

#[tokio::test]
async fn the_endpoint_registered_at_the_start_takes_the_next_starts_url_and_secret() {
    let folder = Folder::new();
    for secret in ["whsec_first", "whsec_second"] {
        let inbox = Inbox::start().await;
        let webhook = Some(WebhookTarget {
            url: inbox.url.clone(),
            secret: secret.to_owned(),
            enabled_events: &["*"],
        });
        let config = SandboxConfig { webhook, ..config(&folder.file()) };
        let sandbox = Sandbox::start(config).await.unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        let customers = format!("{}/v1/customers", sandbox.url());
        client.post(customers).bearer_auth("sk_test_x").send().await.unwrap();
        assert!(inbox.wait_for("customer.created").await.is_signed_with(secret));
        let endpoints = format!("{}/v1/webhook_endpoints", sandbox.url());
        let listed = client.get(endpoints).bearer_auth("sk_test_x").send().await.unwrap();
        let listed = Answer::read(listed).await.json();
        assert_eq!(listed["data"].as_array().unwrap().len(), 1);
        sandbox.stop().await;
    }
}

#[tokio::test]
async fn one_file_serves_one_sandbox_at_a_time() {
    let folder = Folder::new();
    let first = folder.start().await;
    let error = Sandbox::start(config(&folder.file())).await.unwrap_err();
    assert!(matches!(error, SandboxError::StateInUse(_)), "{error}");
    assert!(error.to_string().contains("sandbox.db is in use by another Stripe sandbox"));
    first.customer().await;
    first.sandbox.stop().await;
    Sandbox::start(config(&folder.file())).await.unwrap().stop().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named_and_refused() {
    let folder = Folder::new();
    let garbage = folder.0.join("garbage.db");
    std::fs::write(&garbage, "not a database ".repeat(100)).unwrap();
    let foreign = folder.0.join("foreign.db");
    sql(&foreign, "CREATE TABLE a (b); PRAGMA user_version = 7;");
    let older = folder.0.join("older.db");
    Sandbox::start(config(&older)).await.unwrap().stop().await;
    sql(&older, "PRAGMA user_version = 0;");
    let damaged = folder.0.join("damaged.db");
    Sandbox::start(config(&damaged)).await.unwrap().stop().await;
    sql(&damaged, "UPDATE kept SET value = '{' WHERE kind = 'price';");
    for file in [garbage, foreign, older, damaged] {
        let error = Sandbox::start(config(&file)).await.unwrap_err().to_string();
        assert!(error.contains(&file.display().to_string()), "{error}");
        assert!(error.contains("remove that file"), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    let nowhere = Sandbox::start(config(Path::new("/proc/none/sandbox.db"))).await.unwrap_err();
    assert!(nowhere.to_string().contains("/proc/none/sandbox.db"), "{nowhere}");
}

fn sql(file: &Path, statements: &str) {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;
    let mut connection = diesel::SqliteConnection::establish(&file.to_string_lossy()).unwrap();
    connection.batch_execute(statements).unwrap();
}

#[tokio::test]
async fn what_was_answered_outlives_a_killed_process() {
    let folder = Folder::new();
    let client = Client::builder().no_proxy().build().unwrap();
    let send = |request: reqwest::RequestBuilder| async {
        Answer::read(request.bearer_auth("sk_test_x").send().await.unwrap()).await.json()
    };
    let (mut killed, url) = portal_sandbox(&folder);
    let mut made = Vec::new();
    for _ in 0..20 {
        made.push(id(&send(client.post(format!("{url}/v1/customers"))).await));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();

    let (mut again, url) = portal_sandbox(&folder);
    let listed = send(client.get(format!("{url}/v1/customers?limit=100"))).await;
    let kept: Vec<String> = listed["data"].as_array().unwrap().iter().rev().map(id).collect();
    again.kill().unwrap();
    again.wait().unwrap();
    assert_eq!(kept, made);
    assert!(folder.0.join("portal.sandbox.db").exists());
}

/// `portal sandbox` as its own process, and its address.
fn portal_sandbox(folder: &Folder) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_portal"))
        .arg("sandbox")
        .current_dir(&folder.0)
        .env_clear()
        .envs([("SANDBOX_PORT", "0"), ("DATABASE_URL", "sqlite:portal.db")])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim().rsplit(' ').next().unwrap().to_owned();
    (child, url)
}

#[tokio::test]
async fn one_that_starts_over_keeps_a_copy_of_what_there_was() {
    let folder = Folder::new();
    let first = folder.start().await;
    first.customer().await;
    first.sandbox.stop().await;

    let anew = SandboxConfig { anew: true, ..config(&folder.file()) };
    Sandbox::start(anew).await.unwrap().stop().await;

    let second = folder.start().await;
    assert_eq!(second.get("customers").await["data"], json!([]));
    let copy = folder.file().with_extension("db.old");
    assert!(std::fs::metadata(copy).is_ok_and(|copy| copy.len() > 0));
}
