//! Events, read instead of received.

use crate::model::{StripeEvent, Timestamp};
use crate::stripe::GatewayResult;
use crate::stripe::client::{PAGE, Stripe};
use crate::stripe::wire::WireEvent;
use stripe_core::event::ListEvent;
use stripe_types::RangeQueryTs;

impl Stripe {
    pub(super) async fn untaken_events(
        &self,
        types: &[&str],
        since: Timestamp,
    ) -> GatewayResult<Vec<StripeEvent>> {
        let list = ListEvent::new()
            .types(types.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
            .created(RangeQueryTs::gte(since.timestamp()))
            .delivery_success(false)
            .limit(PAGE);
        let all = self.read_all(list, |list, id| list.starting_after(id), WireEvent::id).await?;
        all.into_iter().map(WireEvent::into_event).collect()
    }
}
