//! The state of Stripe's events in the inbox.

use super::{World, eventually};
use portal::store::{EventState, InboxEvent};

impl World {
    /// What the inbox holds for an event.
    pub async fn inbox_event(&self, id: &str) -> Option<InboxEvent> {
        self.portal.db.inbox_event(id).await.expect("a query")
    }

    /// The event, once it is as expected.
    pub async fn event_when(&self, id: &str, expected: impl Fn(&InboxEvent) -> bool) -> InboxEvent {
        eventually(id, async || self.inbox_event(id).await.filter(&expected)).await
    }

    /// The event, once it is done.
    pub async fn event_done(&self, id: &str) -> InboxEvent {
        self.event_when(id, |event| event.state == EventState::Done).await
    }
}
