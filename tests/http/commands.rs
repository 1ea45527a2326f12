//! What all commands share: help, exit codes, and requirements.

use crate::helpers::*;
use std::process::Command;

fn portal(arguments: &[&str], folder: &Folder) -> Finished {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
    command.args(arguments).current_dir(&folder.0).env_clear();
    command.output().expect("the portal runs").into()
}

const COMMANDS: [&[&str]; 23] = [
    &["serve"],
    &["migrate"],
    &["sandbox"],
    &["sync"],
    &["stripe", "setup"],
    &["doctor"],
    &["tenant", "add"],
    &["tenant", "list"],
    &["operator", "add"],
    &["operator", "invite"],
    &["operator", "remove"],
    &["operator", "reset"],
    &["operator", "platform-admin"],
    &["operator", "list"],
    &["operator", "invitations"],
    &["token", "add"],
    &["token", "list"],
    &["token", "revoke"],
    &["events", "list"],
    &["events", "show"],
    &["events", "replay"],
    &["completions"],
    &["settings"],
];

#[test]
fn every_command_s_help_shows_how_it_is_used() {
    let folder = Folder::new();
    for command in COMMANDS {
        let help = portal(&[command, &["--help"]].concat(), &folder).done();
        let (_, examples) = help.split_once("Example").unwrap_or_else(|| panic!("{help}"));
        assert!(examples.contains(&format!("portal {}", command.join(" "))), "{help}");
    }
}

#[test]
fn a_shell_s_completions_are_printed_without_a_configuration() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = portal(&["completions", shell], &folder).done();
        assert!(script.contains("invite"), "{shell}");
    }
    assert_eq!(portal(&["completions", "abacus"], &folder).code, Some(2));
}

#[test]
fn output_that_nobody_reads_is_no_error() {
    let folder = Folder::new();
    for (command, code) in [
        (&["migrate"] as &[&str], 0),
        (&["sync", "--dry-run"], 0),
        (&["stripe", "setup", "--dry-run"], 1),
        (&["doctor"], 1),
        (&["settings"], 0),
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut portal = Command::new(env!("CARGO_BIN_EXE_portal"));
        portal.args(command).current_dir(&folder.0).env_clear().env("SANDBOX_PORT", "1");
        let Finished { code: ended, err, .. } =
            portal.stdout(writer).output().expect("the portal runs").into();
        assert_eq!(ended, Some(code), "{command:?}: {err}");
        assert!(!err.contains("panicked"), "{command:?}: {err}");
    }
}

#[test]
fn a_database_without_migrations_is_refused() {
    let folder = Folder::new();
    for command in [
        &["tenant", "list"] as &[&str],
        &["operator", "list"],
        &["operator", "invitations"],
        &["token", "list"],
        &["events", "list"],
        &["sync"],
    ] {
        let file = folder.0.join("data/portal.db");
        portal(command, &folder).fails(2, "there is no data/portal.db");
        assert!(!file.exists(), "{command:?} made a database");
        std::fs::create_dir_all(folder.0.join("data")).expect("a folder");
        std::fs::write(&file, "").expect("an empty database");
        portal(command, &folder).fails(2, "run `portal migrate` first");
        std::fs::remove_dir_all(folder.0.join("data")).expect("removed");
    }
    portal(&["migrate"], &folder).done();
    assert_eq!(portal(&["tenant", "list", "--json"], &folder).json(), serde_json::json!([]));
}

#[test]
fn what_is_asked_for_wrongly_exits_with_2_and_says_how_to_ask() {
    let folder = Folder::new();
    for wrong in [
        &["tenant", "add", "--id", "no spaces", "Acme"] as &[&str],
        &["tenant", "add", "Acme"],
        &["tenant", "add", "--id", "acme", " "],
        &["operator", "invite", "nobody", "--tenant", "acme", "--role", "owner"],
        &["operator", "invite", "ada@example.com", "--tenant", "acme", "--role", "boss"],
        &["events", "list", "--state", "odd"],
        &["events", "replay"],
        &["events", "replay", "evt_1", "--all-dead"],
    ] {
        let Finished { code, out, err } = portal(wrong, &folder);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{wrong:?}: {err}");
        assert!(err.contains("--help"), "{wrong:?}: {err}");
    }
}
