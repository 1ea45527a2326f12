//! Short messages about what was just done. Read out by screen readers, gone after a while, kept while
//! hovered, and dismissed by their button.

use crate::ui::browser;
use crate::ui::visit::{Done, Notice, use_notice};
use crate::ui::words::use_words;
use dioxus::prelude::*;

/// Shows toasts; a new one replaces the one before.
#[derive(Clone, Copy, PartialEq)]
pub struct Toasts(Signal<Option<Toast>>);

#[derive(Debug, Clone, PartialEq)]
struct Toast {
    number: u32,
    done: Done,
}

impl Toasts {
    /// Shows what has been done.
    pub fn show(mut self, done: Done) {
        let number = self.0.peek().as_ref().map_or(0, |toast| toast.number) + 1;
        self.0.set(Some(Toast { number, done }));
    }
}

/// Provides toasts to everything below. The first reports the form that led to this page, if one did.
pub fn use_toasts_provider() -> Toasts {
    let notice = use_notice();
    let toast = use_signal(|| match notice {
        Some(Notice::Done(done)) => Some(Toast { number: 0, done }),
        Some(Notice::Failed { .. }) | None => None,
    });
    use_context_provider(|| Toasts(toast))
}

/// The frame's toasts.
pub fn use_toasts() -> Toasts {
    use_context()
}

/// Where toasts appear. The live region is always there: one inserted with its text is not read out.
#[component]
pub fn Toaster(toasts: Toasts) -> Element {
    let words = use_words();
    let mut toast = toasts.0;
    let shown = toast.read().clone();
    let here = dioxus::router::router().full_route_string();
    rsx! {
        div { class: "toasts", role: "status", aria_live: "polite",
            for Toast { number , done } in shown {
                div {
                    key: "{number}",
                    class: "toast",
                    onanimationend: move |_| toast.set(None),
                    p { {words.done(&done)} }
                    // Without scripts it reloads the page, which says it only once.
                    a {
                        href: "{here}",
                        aria_label: words.frame.dismiss,
                        onclick: move |event| {
                            event.prevent_default();
                            toast.set(None);
                            browser::focus("content");
                        },
                        "×"
                    }
                }
            }
        }
    }
}
