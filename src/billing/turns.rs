//! Limits how many requests wait for Stripe on operators' behalf. Whatever Stripe does, there is room
//! for requests that don't need it, and no tenant takes more than its share.

use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::TenantId;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// How many requests call Stripe at once, of all tenants and of one.
const CALLING: usize = 64;
const CALLING_OF_TENANT: usize = 8;
/// How many call or wait to, of all tenants and of one.
const IN_LINE: usize = 128;
const IN_LINE_OF_TENANT: usize = 32;
/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(2);

/// The queue of requests that want to call Stripe. Cheap to clone.
#[derive(Clone)]
pub(super) struct Turns {
    calling: Arc<Semaphore>,
    line: Arc<Mutex<HashMap<TenantId, Line>>>,
}

/// A tenant's part of the queue.
struct Line {
    calling: Arc<Semaphore>,
    in_line: usize,
}

/// A place in the queue, given up when dropped.
struct Place {
    tenant_id: TenantId,
    turns: Turns,
}

/// The rules, with a permit to call Stripe until this is dropped.
pub struct InTurn<'a> {
    billing: &'a Billing,
    _turn: Turn,
}

struct Turn {
    _calling: OwnedSemaphorePermit,
    _calling_of_tenant: OwnedSemaphorePermit,
    _place: Place,
}

impl Billing {
    /// Waits for the tenant's turn to call Stripe, and returns the rules for as long as it lasts.
    ///
    /// # Errors
    /// [`BillingError::Busy`] at once when too many are queued, and when its turn doesn't come soon.
    pub async fn in_turn(&self, tenant_id: &TenantId) -> BillingResult<InTurn<'_>> {
        let turn = timeout(PATIENCE, self.turns.take(tenant_id)).await;
        let turn = turn.ok().flatten().ok_or(BillingError::Busy)?;
        Ok(InTurn { billing: self, _turn: turn })
    }
}

impl Deref for InTurn<'_> {
    type Target = Billing;

    fn deref(&self) -> &Billing {
        self.billing
    }
}

impl Default for Turns {
    fn default() -> Self {
        Self { calling: Arc::new(Semaphore::new(CALLING)), line: Arc::default() }
    }
}

impl Turns {
    /// `None` when the queue is full.
    async fn take(&self, tenant_id: &TenantId) -> Option<Turn> {
        let (place, of_tenant) = self.join(tenant_id)?;
        let of_tenant = of_tenant.acquire_owned().await.ok()?;
        let calling = Arc::clone(&self.calling).acquire_owned().await.ok()?;
        Some(Turn { _calling: calling, _calling_of_tenant: of_tenant, _place: place })
    }

    fn join(&self, tenant_id: &TenantId) -> Option<(Place, Arc<Semaphore>)> {
        let mut line = self.lock();
        let in_line: usize = line.values().map(|tenant| tenant.in_line).sum();
        let in_line_of_tenant = line.get(tenant_id).map_or(0, |tenant| tenant.in_line);
        if in_line >= IN_LINE || in_line_of_tenant >= IN_LINE_OF_TENANT {
            return None;
        }
        let tenant = line.entry(tenant_id.clone()).or_insert_with(|| Line {
            calling: Arc::new(Semaphore::new(CALLING_OF_TENANT)),
            in_line: 0,
        });
        tenant.in_line += 1;
        let place = Place { tenant_id: tenant_id.clone(), turns: self.clone() };
        Some((place, tenant.calling.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TenantId, Line>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut line = self.turns.lock();
        if let Some(tenant) = line.get_mut(&self.tenant_id) {
            tenant.in_line -= 1;
            if tenant.in_line == 0 {
                line.remove(&self.tenant_id);
            }
        }
    }
}
