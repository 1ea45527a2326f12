//! Tracks who watches which tenant in this process, and notifies them of changes. A notification says
//! only that something changed; the watcher reads the tenant's revision.

use crate::model::TenantId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Holds only the tenants that are being watched. Cheap to clone.
#[derive(Clone, Default)]
pub struct Changes(Arc<Mutex<HashMap<TenantId, Watched>>>);

struct Watched {
    changed: watch::Sender<()>,
    watchers: usize,
}

/// A watch on a tenant, until dropped.
pub struct Watch {
    tenant_id: TenantId,
    changes: Changes,
    changed: watch::Receiver<()>,
}

impl Changes {
    /// Starts watching a tenant. Read its revision after this, so that no change falls in between.
    pub fn watch(&self, tenant_id: &TenantId) -> Watch {
        let mut all = self.lock();
        let watched = all
            .entry(tenant_id.clone())
            .or_insert_with(|| Watched { changed: watch::Sender::new(()), watchers: 0 });
        watched.watchers += 1;
        let changed = watched.changed.subscribe();
        Watch { tenant_id: tenant_id.clone(), changes: self.clone(), changed }
    }

    /// Notifies the tenant's watchers; call it once the change is committed.
    pub(crate) fn announce(&self, tenant_id: &TenantId) {
        if let Some(watched) = self.lock().get(tenant_id) {
            watched.changed.send_replace(());
        }
    }

    /// Notifies every watcher, where it isn't known what has changed.
    pub(crate) fn announce_all(&self) {
        for watched in self.lock().values() {
            watched.changed.send_replace(());
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TenantId, Watched>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch {
    /// Waits for a change since the last call; returns at once if there has been one. Any number of
    /// changes in between count as one, and none is lost.
    pub async fn changed(&mut self) {
        // The sender exists as long as anybody watches.
        let _ = self.changed.changed().await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut all = self.changes.lock();
        if let Some(watched) = all.get_mut(&self.tenant_id) {
            watched.watchers -= 1;
            if watched.watchers == 0 {
                all.remove(&self.tenant_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    fn tenant(id: &str) -> TenantId {
        id.parse().expect("an id")
    }

    #[test]
    fn a_change_is_told_to_all_who_watch_its_tenant_and_to_nobody_else() {
        let changes = Changes::default();
        let mut one = changes.watch(&tenant("tenant_a"));
        let mut two = changes.watch(&tenant("tenant_a"));
        let mut other = changes.watch(&tenant("tenant_b"));
        changes.announce(&tenant("tenant_a"));
        changes.announce(&tenant("tenant_a"));
        assert!(one.changed().now_or_never().is_some());
        assert!(one.changed().now_or_never().is_none());
        assert!(two.changed().now_or_never().is_some());
        assert!(other.changed().now_or_never().is_none());
        changes.announce_all();
        assert!(one.changed().now_or_never().is_some());
        assert!(other.changed().now_or_never().is_some());
    }

    #[test]
    fn a_tenant_is_forgotten_when_nobody_watches_it_any_more() {
        let changes = Changes::default();
        let (one, mut two) = (changes.watch(&tenant("a")), changes.watch(&tenant("a")));
        drop(one);
        changes.announce(&tenant("a"));
        assert!(two.changed().now_or_never().is_some());
        drop(two);
        assert!(changes.lock().is_empty());
    }
}
