//! What changes elsewhere shows here: the server tells of every change of the tenant, and the page
//! reads anew. While it can't be reached the page says so, and asks every few seconds.

use crate::api::ApiResult;
use crate::model::{Membership, TenantId};
use crate::ui::browser::{self, Feed, Heard};
use crate::ui::components::{Banner, BannerTone};
use crate::ui::mutation::sign_in_again;
use crate::ui::words::use_words;
use dioxus::core::Task;
use dioxus::prelude::*;
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use std::future::Future;
use std::pin::{Pin, pin};

/// How long the first word of a new connection may take, how long until the next try without one,
/// and until what could not be read is read again, in milliseconds.
const PATIENCE: u32 = 5_000;

/// How long until the first try after a loss, in milliseconds.
const BLINK: u32 = 500;

/// Whether what is shown is what is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    Live,
    /// The browser has no network.
    Offline,
    /// The portal doesn't answer.
    Delayed,
}

/// The tenant's changes.
#[derive(Clone, Copy)]
struct Live {
    /// Grows with every change.
    changes: Signal<u32>,
    connection: Signal<Connection>,
    /// How often reading failed since it last succeeded.
    failures: Signal<u32>,
}

impl Live {
    /// Whether something is known to have changed that could not be read.
    fn is_behind(self) -> bool {
        *self.failures.peek() > 0
    }
}

/// Follows the changes of the tenant that these pages are of, for everything below.
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

/// A page that is being read anew.
pub type Reading = Pin<Box<dyn Future<Output = ApiResult<()>>>>;

/// Runs `read` whenever the tenant has changed elsewhere; one at a time, so that no older answer
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

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The first word of a new connection.
    Word,
    Change,
    /// The time to connect anew.
    Try,
    /// That somebody looks at the tab.
    Look,
}

/// Hears of every change after `known`, the revision that these pages were made at or before.
async fn follow(tenant_id: TenantId, mut known: i64, mut live: Live) {
    let mut feed = Feed::of(&tenant_id);
    let mut next = connect(&mut feed);
    // How often the connection was lost since something was last heard.
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
                    // A server that starts again is back at once: nothing to speak of.
                    (true, 1) => Connection::Live,
                    (true, _) => Connection::Delayed,
                });
                // Where only the feed is kept from us, the page itself can still be read.
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

/// Says that what is shown may not be what is so.
#[component]
pub fn ConnectionNote() -> Element {
    let words = use_words();
    let Live { connection, failures, .. } = use_context();
    let (title, text) = match connection() {
        // One failure is nothing to speak of: the next reading is soon.
        Connection::Live if failures() < 2 => return rsx! { div { role: "status" } },
        Connection::Offline => (words.frame.offline_title, words.frame.offline_text),
        Connection::Live | Connection::Delayed => (words.frame.stale_title, words.frame.stale_text),
    };
    rsx! {
        div { role: "status",
            Banner { tone: BannerTone::Info, title, text }
        }
    }
}
