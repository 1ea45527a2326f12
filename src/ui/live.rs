//! Live updates: the server reports every change of the tenant, and the page reads again. While it
//! can't be reached the page says so, and retries every few seconds.

use crate::api::ApiResult;
use crate::model::{Membership, TenantId};
use crate::ui::browser::{self, Feed, Heard};
use crate::ui::components::{Banner, BannerTone};
use crate::ui::mutation::{reload, sign_in_again};
use crate::ui::words::use_words;
use dioxus::core::Task;
use dioxus::prelude::*;
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use std::future::Future;
use std::pin::{Pin, pin};

/// How long a new connection may take to send its first event, how long until the next retry without
/// one, and until a failed read is retried, in milliseconds.
const PATIENCE: u32 = 5_000;

/// How long until the first retry after a loss, in milliseconds.
const BLINK: u32 = 500;

/// Whether what is shown is up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    Live,
    /// The browser has no network.
    Offline,
    /// The portal doesn't respond.
    Delayed,
}

/// The tenant's changes.
#[derive(Clone, Copy)]
struct Live {
    /// Grows with every change.
    changes: Signal<u32>,
    connection: Signal<Connection>,
    /// How many reads have failed since the last success.
    failures: Signal<u32>,
}

impl Live {
    /// Whether there is a known change that could not be read.
    fn is_behind(self) -> bool {
        *self.failures.peek() > 0
    }
}

/// Follows the changes of the pages' tenant, for everything below.
pub fn use_live_provider(tenant: Option<&Membership>) {
    let changes = use_signal(|| 0);
    let connection = use_signal(|| Connection::Live);
    let failures = use_signal(|| 0);
    let live = use_context_provider(|| Live { changes, connection, failures });
    let mut following = use_signal(|| None::<Task>);
    let tenant = tenant.map(|tenant| (tenant.tenant_id.clone(), tenant.revision));
    use_effect(use_reactive!(|tenant| {
        if let Some(task) = following.take() {
            task.cancel();
        }
        if let Some((tenant_id, revision)) = tenant {
            following.set(Some(spawn(follow(tenant_id, revision, live))));
        }
    }));
}

/// Whether what is shown is up to date.
pub fn use_connection() -> Signal<Connection> {
    use_context::<Live>().connection
}

/// A page that is being read again.
pub type Reading = Pin<Box<dyn Future<Output = ApiResult<()>>>>;

/// Runs `read` whenever the tenant has changed elsewhere, one at a time, so that no older response
/// comes after a newer one.
pub fn use_on_change(read: impl FnMut(()) -> Reading + 'static) {
    let Live { changes, mut failures, .. } = use_context();
    let read = use_callback(read);
    let mut seen = use_signal(|| *changes.peek());
    let mut reading = use_signal(|| false);
    use_effect(move || {
        if changes() == *seen.peek() || *reading.peek() {
            return;
        }
        reading.set(true);
        spawn(async move {
            while *seen.peek() != *changes.peek() {
                seen.set(*changes.peek());
                match read.call(()).await {
                    Ok(()) => failures.set(0),
                    // No longer a member of the tenant: the page says so once it is loaded again.
                    Err(error) if matches!(error.status, 403 | 404) => reload(),
                    Err(error) => {
                        failures += 1;
                        sign_in_again(&error);
                    }
                }
            }
            reading.set(false);
        });
    });
}

/// What [`follow`] waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The first event of a new connection.
    Word,
    Change,
    /// The time to reconnect.
    Try,
    /// A visible tab.
    Look,
}

/// Follows every change after `known`, a revision no newer than what these pages show.
async fn follow(tenant_id: TenantId, mut known: i64, mut live: Live) {
    let mut feed = Feed::of(&tenant_id);
    let mut next = connect(&mut feed);
    // How often the connection was lost since the last event.
    let mut losses = 0;
    loop {
        let patience = if next == Next::Try && losses == 1 { BLINK } else { PATIENCE };
        let heard = match select(feed.next(), pin!(browser::pause(patience))).await {
            Either::Left((Some(heard), _)) => heard,
            Either::Left((None, _)) => return,
            Either::Right(_) => match next {
                Next::Word => Heard::Lost,
                Next::Try => {
                    next = connect(&mut feed);
                    continue;
                }
                Next::Change if live.is_behind() => {
                    live.changes += 1;
                    continue;
                }
                Next::Change | Next::Look => continue,
            },
        };
        match heard {
            Heard::Revision(revision) => {
                losses = 0;
                next = Next::Change;
                live.connection.set(Connection::Live);
                if revision != known || live.is_behind() {
                    live.changes += 1;
                }
                known = revision;
            }
            Heard::Lost => {
                losses += 1;
                next = Next::Try;
                feed.close();
                live.connection.set(match (browser::is_online(), losses) {
                    (false, _) => Connection::Offline,
                    // A server that restarts is back at once: not worth mentioning.
                    (true, 1) => Connection::Live,
                    (true, _) => Connection::Delayed,
                });
                // If only the feed is blocked, the page itself can still be read.
                live.changes += 1;
            }
            Heard::Waking => {
                losses = 1;
                next = connect(&mut feed);
            }
            Heard::Resting => {
                next = Next::Look;
                feed.close();
            }
        }
    }
}

fn connect(feed: &mut Feed) -> Next {
    if feed.open() { Next::Word } else { Next::Look }
}

/// Warns that what is shown may be out of date.
#[component]
pub fn ConnectionNote() -> Element {
    let words = use_words();
    let Live { connection, failures, .. } = use_context();
    let said = match connection() {
        // One failure is not worth mentioning: the next read is soon.
        Connection::Live if failures() < 2 => None,
        Connection::Offline => Some((words.frame.offline_title, words.frame.offline_text)),
        Connection::Live | Connection::Delayed => {
            Some((words.frame.stale_title, words.frame.stale_text))
        }
    };
    rsx! {
        div { role: "status",
            if let Some((title, text)) = said {
                Banner { tone: BannerTone::Info, title, text }
            }
        }
    }
}
