//! What changes elsewhere shows here: the server tells of every change of the tenant, and the page
//! reads anew. While it can't be reached the page says so, and asks every few seconds.

use crate::model::TenantId;
use crate::ui::browser::{self, Feed, Heard};
use crate::ui::components::{Banner, BannerTone};
use crate::ui::words::use_words;
use dioxus::core::Task;
use dioxus::prelude::*;
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use std::pin::pin;

/// How long the first word of a new connection may take, and how long until the next try without
/// one, in milliseconds.
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
}

/// Follows the tenant's changes for everything below.
pub fn use_live_provider(tenant_id: Option<TenantId>) {
    let changes = use_signal(|| 0);
    let connection = use_signal(|| Connection::Live);
    let live = use_context_provider(|| Live { changes, connection });
    let mut following = use_signal(|| None::<Task>);
    use_effect(use_reactive!(|tenant_id| {
        if let Some(task) = following.take() {
            task.cancel();
        }
        if let Some(tenant_id) = tenant_id {
            following.set(Some(spawn(follow(tenant_id, live))));
        }
    }));
}

/// Runs `read` whenever the tenant has changed elsewhere.
pub fn use_on_change(mut read: impl FnMut() + 'static) {
    let Live { changes, .. } = use_context();
    let mut seen = use_signal(|| 0);
    use_effect(move || {
        let count = changes();
        if count != *seen.peek() {
            seen.set(count);
            read();
        }
    });
}

async fn follow(tenant_id: TenantId, mut live: Live) {
    let mut feed = Feed::open(&tenant_id);
    let mut last = None;
    // How often the connection was lost since something was last heard.
    let mut losses = 0;
    loop {
        let next = match select(feed.next(), pin!(browser::pause(PATIENCE))).await {
            Either::Left((next, _)) => Some(next),
            Either::Right(_) => None,
        };
        let heard = match next {
            Some(Some(heard)) => heard,
            Some(None) => return,
            None if feed.is_resting() || (last.is_some() && losses == 0) => continue,
            None => Heard::Lost,
        };
        match heard {
            Heard::Revision(revision) => {
                losses = 0;
                live.connection.set(Connection::Live);
                if last.replace(revision).is_some_and(|known| known != revision) {
                    live.changes += 1;
                }
            }
            Heard::Lost => {
                losses += 1;
                feed.close();
                live.connection.set(match (browser::is_online(), losses) {
                    (false, _) => Connection::Offline,
                    // A server that starts again is back at once: nothing to speak of.
                    (true, 1) => Connection::Live,
                    (true, _) => Connection::Delayed,
                });
                // Where only the feed is kept from us, the page itself can still be read.
                live.changes += 1;
                browser::pause(if losses == 1 { BLINK } else { PATIENCE }).await;
                feed.reopen();
            }
            Heard::Waking => {
                losses = 1;
                feed.reopen();
            }
            Heard::Resting => feed.close(),
        }
    }
}

/// Says that what is shown may not be what is so.
#[component]
pub fn ConnectionNote() -> Element {
    let words = use_words();
    let Live { connection, .. } = use_context();
    let (title, text) = match connection() {
        Connection::Live => return rsx! { div { role: "status" } },
        Connection::Offline => (words.frame.offline_title, words.frame.offline_text),
        Connection::Delayed => (words.frame.stale_title, words.frame.stale_text),
    };
    rsx! {
        div { role: "status",
            Banner { tone: BannerTone::Info, title, text }
        }
    }
}
