//! What became of Stripe's events in the inbox.

use super::World;
use portal::store::{EventState, InboxEvent};
use std::time::Duration;

impl World {
    /// What the inbox keeps of an event.
    pub async fn inbox_event(&self, id: &str) -> Option<InboxEvent> {
        self.portal.db.inbox_event(id).await.expect("a query")
    }

    /// The event, once it stands so.
    pub async fn event_when(&self, id: &str, expected: impl Fn(&InboxEvent) -> bool) -> InboxEvent {
        let mut event = None;
        for _ in 0..200 {
            event = self.inbox_event(id).await;
            if let Some(event) = event.take_if(|event| expected(event)) {
                return event;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{id} is not as expected after ten seconds: {event:?}");
    }

    /// The event, once it is done with.
    pub async fn event_done(&self, id: &str) -> InboxEvent {
        self.event_when(id, |event| event.state == EventState::Done).await
    }
}
