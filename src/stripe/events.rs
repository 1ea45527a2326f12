//! Events that are read from the API instead of received.

use crate::model::{StripeEvent, Timestamp};
use crate::stripe::GatewayResult;
use crate::stripe::client::{PAGE, Stripe};
use crate::stripe::wire::{List, WireEvent};
use stripe_core::event::ListEvent;
use stripe_types::RangeQueryTs;

pub async fn undelivered(
    stripe: &Stripe,
    types: &[&str],
    since: Timestamp,
    after: Option<&str>,
) -> GatewayResult<Vec<StripeEvent>> {
    let mut list = ListEvent::new()
        .types(types.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
        .created(RangeQueryTs::gte(since.timestamp()))
        .delivery_success(false)
        .limit(PAGE);
    if let Some(id) = after {
        list = list.starting_after(id);
    }
    let page: List<WireEvent> = stripe.without_key(&list).await?;
    page.data.into_iter().map(WireEvent::into_event).collect()
}
