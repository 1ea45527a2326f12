//! A full disk, on SQLite.

use crate::events::Sender;
use crate::load::{Answered, sender};
use crate::operator::Operator;
use crate::process::Process;
use crate::random::Random;
use crate::reckoning::did_not_panic;
use crate::setting::Setting;
use reqwest::Response;
use reqwest::header::{COOKIE, RETRY_AFTER};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How much room a full disk leaves before the portal hits the limit, in kilobytes.
const ROOM: u64 = 512;

/// A disk that can be filled: a small file system of its own where mounting is allowed, which takes
/// root; otherwise a size limit on the portal's files.
enum Disk {
    Mounted(PathBuf),
    Limited,
}

impl Disk {
    fn new(folder: &Path) -> Self {
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=16m", "portal-test"])
            .arg(folder)
            .output();
        let mounted = mount.is_ok_and(|output| output.status.success());
        let disk = if mounted { Self::Mounted(folder.to_owned()) } else { Self::Limited };
        println!("a full disk is {}", if mounted { "a small tmpfs" } else { "RLIMIT_FSIZE" });
        disk
    }

    /// Leaves almost no room.
    fn fill(&self, portal: &Process, database: &Path) {
        match self {
            Self::Mounted(folder) => {
                let script =
                    "dd if=/dev/zero of=filler bs=1k 2>/dev/null; truncate -s -\"$0\"K filler";
                let mut fill = Command::new("sh");
                fill.args(["-c", script, &ROOM.to_string()]).current_dir(folder);
                assert!(fill.status().expect("sh").success());
            }
            Self::Limited => {
                let log = database.with_extension("db-wal");
                let length = std::fs::metadata(log).map_or(0, |log| log.len());
                self.limit(portal, &(length + ROOM * 1024).to_string());
            }
        }
    }

    fn clear(&self, portal: &Process) {
        match self {
            Self::Mounted(folder) => {
                std::fs::remove_file(folder.join("filler")).expect("the filler");
            }
            Self::Limited => self.limit(portal, "unlimited"),
        }
    }

    fn limit(&self, portal: &Process, bytes: &str) {
        let arguments = [format!("--pid={}", portal.id()), format!("--fsize={bytes}:")];
        assert!(Command::new("prlimit").args(arguments).status().expect("prlimit").success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Self::Mounted(folder) = self {
            let _ = Command::new("umount").arg("-l").arg(folder).status();
        }
    }
}

/// Sends events until one is answered with this status.
async fn until_answered(sender: &mut Sender, status: u16) -> Response {
    for _ in 0..20_000 {
        let answer = sender.send().await.expect("an answer");
        if answer.status() == status {
            return answer;
        }
        assert!([200, 503].contains(&answer.status().as_u16()), "{}", answer.status());
    }
    panic!("no event was answered with {status}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing_and_is_said_to_be_full() {
    let mut setting = Setting::on_sqlite().await;
    let folder = setting.folder.0.join("disk");
    std::fs::create_dir(&folder).expect("a folder");
    let disk = Disk::new(&folder);
    setting.move_to(&folder.join("portal.db")).await;
    // Exceeding the limit also raises SIGXFSZ, which kills the process unless it is ignored.
    let script = "trap '' XFSZ; exec \"$0\" serve";
    let mut portal = Command::new("sh");
    portal.args(["-c", script, env!("CARGO_BIN_EXE_portal")]);
    let environment = setting.environment(setting.port);
    let mut portal = Process::start_as(&mut portal, &setting.folder.0, "portal", &environment);
    portal.ready(&format!("{}/readyz", setting.url())).await;

    let mut operator = Operator::new(0, setting.url(), setting.stripe_url.clone(), Random::new(7));
    operator.sign_in().await;
    let mut sender = sender(&setting, Random::new(7));
    disk.fill(&portal, &folder.join("portal.db"));
    let refused = until_answered(&mut sender, 503).await;
    assert!(refused.headers().contains_key(RETRY_AFTER));
    let body: Value = refused.json().await.expect("JSON");
    if matches!(disk, Disk::Mounted(_)) {
        assert_eq!(body["error"]["code"], "database_full", "{body}");
        assert!(portal.log().contains("free some space"), "{}", portal.log());
    }
    // A signed-in operator still sees everything.
    let page =
        operator.http.get(format!("{}/billing?tenant_id={}", setting.url(), operator.tenant));
    let page = page.header(COOKIE, &operator.sessions[0]).send().await.expect("an answer");
    assert_eq!(page.status(), 200);

    disk.clear(&portal);
    until_answered(&mut sender, 200).await;
    operator.sign_in().await;
    println!("{} events taken, {} refused", sender.taken.len(), sender.not_taken);
    let answered = Answered { operators: vec![operator], events: sender.taken, unanswered: 0 };
    setting.reckon(answered).await;
    did_not_panic(&portal);
    drop(portal);
}
