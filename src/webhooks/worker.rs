//! Claims events from the inbox and has their tenants synced.

use crate::billing::{Billing, BillingResult};
use crate::clock::Clock;
use crate::model::{TenantId, Timestamp};
use crate::store::{ClaimedEvent, Db, StoreError, StoreResult};
use crate::webhooks::kinds::{INVOICE_PAID, INVOICE_PAYMENT_FAILED, REFUND_CREATED, is_taken};
use chrono::TimeDelta;
use futures_util::FutureExt;
use metrics::{counter, histogram};
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How many tenants are processed at once, with one sync each.
const TENANTS: usize = 16;
/// How long tenants claimed together wait for the slowest of them, so that their events are marked as
/// done in one commit. A slower one goes on and keeps its place, and more are claimed for the others.
const TOGETHER: Duration = Duration::from_secs(2);
/// The lease of a claimed event, after which it counts as abandoned. Whoever processes it renews it.
const LEASE: TimeDelta = TimeDelta::seconds(15);
const RENEWAL: Duration = Duration::from_secs(5);
/// How long work under way may take once the portal is told to stop. What is not done by then is
/// released, for another process to claim at once.
const LAST_CALL: Duration = Duration::from_secs(5);
/// After this many tries, about three days, an event is dead.
const ATTEMPTS: i32 = 80;
/// How often the inbox is polled without being woken: for retries, and for what other processes
/// receive.
const POLL: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);

/// The inbox's worker; any number of them may run on one database.
#[derive(Clone)]
pub struct Worker {
    pub db: Db,
    pub billing: Billing,
    pub clock: Clock,
    pub arrived: Arc<Notify>,
}

/// The tenants being processed.
#[derive(Default)]
struct UnderWay {
    /// Each returns the events that are done.
    tasks: JoinSet<Vec<ClaimedEvent>>,
    /// Their Stripe customers.
    customers: Vec<(String, AbortHandle)>,
}

impl UnderWay {
    /// The Customers whose tasks are not finished.
    fn busy(&mut self) -> Vec<String> {
        self.customers.retain(|(_, task)| !task.is_finished());
        self.customers.iter().map(|(customer_id, _)| customer_id.clone()).collect()
    }

    /// The events done by the next task that finishes.
    async fn next_done(&mut self) -> Vec<ClaimedEvent> {
        match self.tasks.join_next().await {
            Some(Ok(done)) => done,
            Some(Err(error)) => {
                tracing::error!(%error, "a tenant's events were not dealt with");
                Vec::new()
            }
            None => Vec::new(),
        }
    }
}

impl Worker {
    /// Runs until told to stop, and then finishes or releases what it has claimed.
    pub async fn run(self, stop: CancellationToken) {
        let mut under_way = UnderWay::default();
        while !stop.is_cancelled() {
            let slow = under_way.tasks.len();
            match self.take(&mut under_way, &stop).await {
                Ok(()) => {}
                Err(error @ (StoreError::Unavailable(_) | StoreError::Busy)) => {
                    tracing::warn!(%error, "the inbox could not be read");
                }
                Err(error) => tracing::error!(%error, "the inbox could not be read"),
            }
            let mut done = Vec::new();
            if under_way.tasks.len() > slow {
                let all = async {
                    while under_way.tasks.len() > slow {
                        done.extend(under_way.next_done().await);
                    }
                };
                // What is not done by then is awaited again with those that come next.
                let _ = timeout(TOGETHER, all).await;
            } else {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = self.arrived.notified() => {}
                    () = tokio::time::sleep(POLL) => {}
                    next = under_way.next_done(), if slow > 0 => done = next,
                }
            }
            self.finish(&done).await;
        }
        while !under_way.tasks.is_empty() {
            let done = under_way.next_done().await;
            self.finish(&done).await;
        }
    }

    /// Claims due events, of as many tenants as there are places for, and starts processing them. A
    /// tenant's events share one sync, since each asks for the same thing. Those that arrive during it
    /// wait for its end.
    async fn take(&self, under_way: &mut UnderWay, stop: &CancellationToken) -> StoreResult<()> {
        let places = TENANTS.saturating_sub(under_way.tasks.len());
        if places == 0 {
            return Ok(());
        }
        let now = self.clock.now();
        let lease = now + LEASE;
        let claimed = self.db.claim_events(places, &under_way.busy(), now, lease).await?;
        if claimed.nobodys > 0 {
            // Others may wait behind them.
            self.arrived.notify_one();
        }
        let mut by_tenant: BTreeMap<TenantId, Vec<ClaimedEvent>> = BTreeMap::new();
        for event in claimed.events {
            by_tenant.entry(event.tenant_id.clone()).or_default().push(event);
        }
        for (tenant_id, events) in by_tenant {
            let customer_id = events.first().and_then(|event| event.customer_id.clone());
            let work = self.clone().deal_with_held(tenant_id, events, lease, stop.clone());
            let task = under_way.tasks.spawn(work);
            under_way.customers.extend(customer_id.map(|customer_id| (customer_id, task)));
        }
        Ok(())
    }

    /// Processes a tenant's events under their lease, and returns those that are done.
    async fn deal_with_held(
        self,
        tenant_id: TenantId,
        events: Vec<ClaimedEvent>,
        lease: Timestamp,
        stop: CancellationToken,
    ) -> Vec<ClaimedEvent> {
        let ids: Vec<String> = events.iter().map(|event| event.id.clone()).collect();
        let done = tokio::select! {
            done = self.deal_with_or_put_off(tenant_id, events) => done,
            lease = self.hold(&ids, lease, &stop) => self.give_back(&ids, lease).await,
        };
        done.unwrap_or_else(|error| {
            tracing::error!(%error, "the inbox could not be written");
            Vec::new()
        })
    }

    /// Events that were claimed again and again without an end, as when the process dies of them, are
    /// given up like those that fail; so are those that make the portal panic.
    async fn deal_with_or_put_off(
        &self,
        tenant_id: TenantId,
        events: Vec<ClaimedEvent>,
    ) -> StoreResult<Vec<ClaimedEvent>> {
        let (deadly, events): (Vec<_>, Vec<_>) =
            events.into_iter().partition(|event| event.attempts > ATTEMPTS);
        if !deadly.is_empty() {
            self.put_off(&deadly, "no attempt to process it came to an end").await?;
        }
        let work = AssertUnwindSafe(self.deal_with(tenant_id, events.clone()));
        match work.catch_unwind().await {
            Ok(done) => done,
            Err(_) => {
                self.put_off(&events, "the portal panicked: see its log").await?;
                Ok(Vec::new())
            }
        }
    }

    async fn give_back(&self, ids: &[String], lease: Timestamp) -> StoreResult<Vec<ClaimedEvent>> {
        let given_back = self.db.lease_events(ids, lease, self.clock.now()).await?;
        tracing::info!(given_back, "stopping before these events were dealt with");
        Ok(Vec::new())
    }

    /// Renews the lease of these events, until the portal has been told to stop and time is up. Returns
    /// the end of the lease.
    async fn hold(
        &self,
        ids: &[String],
        mut lease: Timestamp,
        stop: &CancellationToken,
    ) -> Timestamp {
        let mut time_is_up = pin!(async {
            stop.cancelled().await;
            tokio::time::sleep(LAST_CALL).await;
        });
        loop {
            tokio::select! {
                () = &mut time_is_up => return lease,
                () = tokio::time::sleep(RENEWAL) => {}
            }
            let until = self.clock.now() + LEASE;
            match self.db.lease_events(ids, lease, until).await {
                Ok(_) => lease = until,
                Err(error) => tracing::warn!(%error, "taken events could not be held"),
            }
        }
    }

    /// Marks events as done, in one commit: one commit each would take that long every time.
    async fn finish(&self, done: &[ClaimedEvent]) {
        if let Err(error) = self.db.finish_events(done).await {
            tracing::error!(%error, "the inbox could not be written");
            return;
        }
        let now = self.clock.now();
        for event in done {
            let lag = (now - event.received_at).as_seconds_f64();
            histogram!("webhook_lag_seconds").record(lag);
        }
    }

    /// Returns the events that are done; the others are put off. Those that say nothing new are done
    /// whatever becomes of the others.
    async fn deal_with(
        &self,
        tenant_id: TenantId,
        events: Vec<ClaimedEvent>,
    ) -> StoreResult<Vec<ClaimedEvent>> {
        let (news, mut done): (Vec<_>, Vec<_>) =
            events.into_iter().partition(|event| is_taken(&event.event_type));
        let Some(last) = news.last() else { return Ok(done) };
        let billing = self.billing.for_event(&last.id);
        let left_over = match billing.sync_and_tell(&tenant_id, &last.event_type).await {
            Ok((_, left_over)) => left_over.map(|error| error.to_string()),
            Err(error) => {
                self.put_off(&news, &error.to_string()).await?;
                return Ok(done);
            }
        };
        for event in news {
            let told = self.tell(&tenant_id, &event).await;
            match told.err().map(|error| error.to_string()).or_else(|| left_over.clone()) {
                None => done.push(event),
                Some(error) => self.put_off(&[event], &error).await?,
            }
        }
        Ok(done)
    }

    /// Records in the timeline what no sync can see.
    async fn tell(&self, tenant_id: &TenantId, event: &ClaimedEvent) -> BillingResult<()> {
        let billing = self.billing.for_event(&event.id);
        match (event.event_type.as_str(), &event.object_id) {
            (INVOICE_PAID, Some(invoice_id)) => {
                let key = event.idempotency_key.as_deref();
                billing.tell_payment(tenant_id, invoice_id, key).await
            }
            (INVOICE_PAYMENT_FAILED, Some(invoice_id)) => {
                billing.tell_failed_payment(tenant_id, invoice_id).await
            }
            (REFUND_CREATED, Some(refund_id)) => billing.tell_refund(tenant_id, refund_id).await,
            _ => Ok(()),
        }
    }

    async fn put_off(&self, events: &[ClaimedEvent], error: &str) -> StoreResult<()> {
        let now = self.clock.now();
        let due_at = |attempts: i32| (attempts < ATTEMPTS).then(|| now + pause(attempts));
        counter!("webhooks_put_off_total").increment(events.len() as u64);
        for ClaimedEvent { id, attempts, .. } in events {
            match due_at(*attempts) {
                Some(due_at) => tracing::warn!(event_id = id, error, %due_at, "event put off"),
                None => tracing::error!(event_id = id, error, "event is dead"),
            }
        }
        self.db.fail_events(events, error, due_at).await
    }
}

/// 2, 4, 8 … seconds, an hour at most.
fn pause(attempts: i32) -> TimeDelta {
    let seconds = 1_i64 << attempts.clamp(1, 12);
    TimeDelta::seconds(seconds).min(LONGEST_PAUSE)
}
