//! The server's events about one tenant, and whether it is worth listening: a hidden tab disconnects,
//! since a browser opens only a few connections to one server.

/// What the feed reports.
#[cfg_attr(not(feature = "web"), expect(dead_code, reason = "a server hears nothing"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The tenant's revision: at first, and after every change.
    Revision(i64),
    /// The connection or the network is gone.
    Lost,
    /// The tab was hidden.
    Resting,
    /// The tab is visible again, or the network is back.
    Waking,
}

#[cfg(feature = "web")]
pub use in_browser::Feed;
#[cfg(not(feature = "web"))]
pub use on_server::Feed;

#[cfg(feature = "web")]
mod in_browser {
    use super::Heard;
    use crate::model::TenantId;
    use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
    use futures_util::Stream;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use wasm_bindgen::prelude::Closure;
    use wasm_bindgen::{JsCast, JsValue};
    use web_sys::{Document, EventSource, EventTarget, MessageEvent, VisibilityState, window};

    /// The events of one tenant; closes on drop.
    pub struct Feed {
        address: String,
        heard: UnboundedSender<Heard>,
        incoming: UnboundedReceiver<Heard>,
        source: Option<Source>,
        _listeners: Vec<Listener>,
    }

    struct Source {
        source: EventSource,
        _told: Closure<dyn FnMut(MessageEvent)>,
        _lost: Closure<dyn FnMut(JsValue)>,
    }

    impl Drop for Source {
        fn drop(&mut self) {
            self.source.close();
        }
    }

    struct Listener {
        target: EventTarget,
        event: &'static str,
        react: Closure<dyn FnMut(JsValue)>,
    }

    impl Listener {
        fn new(
            target: EventTarget,
            event: &'static str,
            react: impl FnMut(JsValue) + 'static,
        ) -> Self {
            let react = Closure::new(react);
            let function = react.as_ref().unchecked_ref();
            let _ = target.add_event_listener_with_callback(event, function);
            Self { target, event, react }
        }
    }

    impl Drop for Listener {
        fn drop(&mut self) {
            let function = self.react.as_ref().unchecked_ref();
            let _ = self.target.remove_event_listener_with_callback(self.event, function);
        }
    }

    impl Feed {
        /// Reports changes of the tab and the network at once, and the tenant's events once opened.
        pub fn of(tenant_id: &TenantId) -> Self {
            let (heard, incoming) = unbounded();
            let mut listeners = Vec::new();
            if let Some(document) = document() {
                let heard = heard.clone();
                let target = document.clone().into();
                listeners.push(Listener::new(target, "visibilitychange", move |_| {
                    let said = if is_hidden(&document) { Heard::Resting } else { Heard::Waking };
                    let _ = heard.unbounded_send(said);
                }));
            }
            // A connection that was cut silently goes unnoticed for minutes.
            for (event, said) in [("online", Heard::Waking), ("offline", Heard::Lost)] {
                let Some(window) = window() else { continue };
                let heard = heard.clone();
                listeners.push(Listener::new(window.into(), event, move |_| {
                    let _ = heard.unbounded_send(said);
                }));
            }
            Self {
                address: format!("/api/portal/billing/events?tenant_id={tenant_id}"),
                heard,
                incoming,
                source: None,
                _listeners: listeners,
            }
        }

        /// Reconnects unless the tab is hidden; returns whether it did.
        pub fn open(&mut self) -> bool {
            self.source = None;
            if document().is_none_or(|document| is_hidden(&document)) {
                return false;
            }
            let Ok(source) = EventSource::new(&self.address) else { return false };
            let heard = self.heard.clone();
            let told = Closure::new(move |event: MessageEvent| {
                if let Ok(revision) = event.last_event_id().parse() {
                    let _ = heard.unbounded_send(Heard::Revision(revision));
                }
            });
            let heard = self.heard.clone();
            let lost = Closure::new(move |_| {
                let _ = heard.unbounded_send(Heard::Lost);
            });
            let function = told.as_ref().unchecked_ref();
            let _ = source.add_event_listener_with_callback("tenant", function);
            source.set_onerror(Some(lost.as_ref().unchecked_ref()));
            self.source = Some(Source { source, _told: told, _lost: lost });
            true
        }

        pub fn close(&mut self) {
            self.source = None;
        }
    }

    impl Stream for Feed {
        type Item = Heard;

        fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Heard>> {
            Pin::new(&mut self.incoming).poll_next(context)
        }
    }

    fn document() -> Option<Document> {
        window().and_then(|window| window.document())
    }

    fn is_hidden(document: &Document) -> bool {
        document.visibility_state() == VisibilityState::Hidden
    }
}

#[cfg(not(feature = "web"))]
mod on_server {
    use super::Heard;
    use crate::model::TenantId;
    use futures_util::Stream;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    /// A feed that ends at once.
    pub struct Feed;

    impl Feed {
        pub fn of(_: &TenantId) -> Self {
            Self
        }

        pub fn open(&mut self) -> bool {
            false
        }

        pub fn close(&mut self) {}
    }

    impl Stream for Feed {
        type Item = Heard;

        fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Heard>> {
            Poll::Ready(None)
        }
    }
}
