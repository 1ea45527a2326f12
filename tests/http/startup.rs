//! A configuration that can't work stops the start with one clear line and exit code 2.

use crate::helpers::Folder;
use std::process::{Command, Output};

fn portal(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let folder = Folder::new();
    Command::new(env!("CARGO_BIN_EXE_portal"))
        .args(arguments)
        .current_dir(&folder.0)
        .env_clear()
        .envs(environment.iter().copied())
        .env("SANDBOX_PORT", "0")
        .output()
        .expect("the portal runs")
}

fn refused(arguments: &[&str], environment: &[(&str, &str)], says: &str) {
    let output = portal(arguments, environment);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{environment:?}: {text}");
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("portal: ")).collect();
    assert_eq!(lines.len(), 1, "{text}");
    assert!(lines[0].contains(says), "{text}");
    assert!(!text.contains("panicked"), "{text}");
}

#[test]
fn a_database_url_that_is_none_is_refused() {
    refused(&["serve"], &[("DATABASE_URL", "mysql://localhost/portal")], "DATABASE_URL must be");
    refused(&["migrate"], &[("DATABASE_URL", "portal.db")], "DATABASE_URL must be");
    refused(&["migrate"], &[("DATABASE_URL", "sqlite:")], "DATABASE_URL needs a file");
    refused(&["migrate"], &[("DATABASE_URL", "sqlite:/proc/none/portal.db")], "can't be made");
}

#[test]
fn a_database_that_is_away_is_named_without_its_password() {
    let url = "postgres://portal:s3cret@127.0.0.1:1/portal";
    let output = portal(&["migrate"], &[("DATABASE_URL", url)]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("database is not reachable"), "{text}");
    assert!(text.contains("DATABASE_URL") && text.contains("Connection refused"), "{text}");
    assert!(!text.contains("s3cret"), "{text}");
}

#[test]
fn a_port_in_use_is_refused() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    refused(&["serve"], &[("PORT", &port)], "Set PORT");
}

#[test]
fn where_real_money_moves_the_portal_is_on_https() {
    let live = [("STRIPE_SECRET_KEY", "sk_live_1"), ("STRIPE_WEBHOOK_SECRET", "whsec_1")];
    refused(&["serve"], &live, "PORTAL_URL must begin with https://");
    let url = [("PORTAL_URL", "http://billing.example.com")];
    refused(&["serve"], &[&live[..], &url].concat(), "PORTAL_URL must begin with https://");
}

#[test]
fn an_env_file_that_can_t_be_read_is_not_shown() {
    let folder = Folder::new();
    let text = "PORT=8080\nSTRIPE_SECRET_KEY=\"sk_test_s3cret\nENTITLEMENTS_TOKEN=s3cret\n";
    std::fs::write(folder.0.join(".env"), text).expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_portal"))
        .arg("serve")
        .current_dir(&folder.0)
        .env_clear()
        .output()
        .expect("the portal runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("the file .env has a line that can't be read"), "{text}");
    assert!(!text.contains("s3cret"), "{text}");
}

#[test]
fn an_empty_variable_leaves_it_to_the_env_file() {
    let folder = Folder::new();
    std::fs::write(folder.0.join(".env"), "PORT=eighty\n").expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_portal"))
        .arg("serve")
        .current_dir(&folder.0)
        .env_clear()
        .env("PORT", "")
        .output()
        .expect("the portal runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("PORT='eighty'"), "{text}");
}

#[test]
fn another_folder_s_env_file_is_not_read() {
    let folder = Folder::new();
    std::fs::write(folder.0.join(".env"), "DATABASE_URL=mysql://above/portal\n").expect("a file");
    let below = folder.0.join("below");
    std::fs::create_dir(&below).expect("a folder");
    let migrate = |here: &std::path::Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
        command.arg("migrate").current_dir(here).env_clear().output().expect("the portal runs")
    };
    assert_eq!(migrate(&below).status.code(), Some(0));
    assert_eq!(migrate(&folder.0).status.code(), Some(2));
}

#[test]
fn a_live_key_does_not_meet_the_sandbox() {
    refused(
        &["sandbox"],
        &[("STRIPE_SECRET_KEY", "sk_live_1"), ("STRIPE_WEBHOOK_SECRET", "whsec_1")],
        "live key",
    );
    refused(
        &["serve"],
        &[
            ("STRIPE_SECRET_KEY", "sk_live_1"),
            ("STRIPE_WEBHOOK_SECRET", "whsec_1"),
            ("STRIPE_API_BASE", "http://127.0.0.1:12111"),
        ],
        "live key",
    );
}

#[test]
fn a_missing_webhook_secret_is_asked_for() {
    refused(&[], &[("STRIPE_SECRET_KEY", "sk_test_1")], "STRIPE_WEBHOOK_SECRET");
}

#[test]
fn the_help_names_the_commands() {
    let output = portal(&["--help"], &[]);
    let text = String::from_utf8_lossy(&output.stdout);
    for command in ["serve", "migrate", "sandbox", "sync", "stripe", "doctor"] {
        assert!(text.contains(command), "{text}");
    }
}

#[test]
fn migrating_twice_is_harmless() {
    let folder = Folder::new();
    for expected in ["applied", "up to date"] {
        let url = folder.database_url();
        let output = portal(&["migrate"], &[("DATABASE_URL", &url)]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains(expected), "{text}");
    }
}
