//! What became of Stripe's events in the inbox.

use super::{World, eventually};
use portal::store::{EventState, InboxEvent};

impl World {
    /// What the inbox keeps of an event.
    pub async fn inbox_event(&self, id: &str) -> Option<InboxEvent> {
        self.portal.db.inbox_event(id).await.expect("a query")
    }

    /// The event, once it stands so.
    pub async fn event_when(&self, id: &str, expected: impl Fn(&InboxEvent) -> bool) -> InboxEvent {
        eventually(id, async || self.inbox_event(id).await.filter(&expected)).await
    }

    /// The event, once it is done with.
    pub async fn event_done(&self, id: &str) -> InboxEvent {
        self.event_when(id, |event| event.state == EventState::Done).await
    }
}
