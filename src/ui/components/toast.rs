//! Short news of what has just been done. Read out by screen readers, gone after a while, held
//! while pointed at, and dismissed by its button.

use dioxus::prelude::*;

/// Shows toasts; the newest replaces the one before.
#[derive(Clone, Copy, PartialEq)]
pub struct Toasts(Signal<Option<Toast>>);

#[derive(Debug, Clone, PartialEq)]
struct Toast {
    number: u32,
    text: String,
}

impl Toasts {
    /// Says `text`.
    pub fn show(mut self, text: impl Into<String>) {
        let number = self.0.peek().as_ref().map_or(0, |toast| toast.number) + 1;
        let text = text.into();
        self.0.set(Some(Toast { number, text }));
    }
}

/// Makes toasts available to everything below.
pub fn use_toasts_provider() -> Toasts {
    let toast = use_signal(|| None);
    use_context_provider(|| Toasts(toast))
}

/// The frame's toasts.
pub fn use_toasts() -> Toasts {
    use_context()
}

/// Where toasts appear. The live region is always there: one that comes with its text is not
/// read out.
#[component]
pub fn Toaster(toasts: Toasts) -> Element {
    let mut toast = toasts.0;
    let shown = toast.read().clone();
    rsx! {
        div { class: "toasts", role: "status", aria_live: "polite",
            for Toast { number , text } in shown {
                div {
                    key: "{number}",
                    class: "toast",
                    onanimationend: move |_| toast.set(None),
                    p { "{text}" }
                    button {
                        r#type: "button",
                        aria_label: "Dismiss",
                        onclick: move |_| toast.set(None),
                        "×"
                    }
                }
            }
        }
    }
}
