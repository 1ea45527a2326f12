//! Limits how many of something each key may hold at once: connections per address, streams per
//! session.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The counts by key. Cheap to clone.
pub(super) struct PerKeyLimit<K: Eq + Hash> {
    limit: usize,
    held: Arc<Mutex<HashMap<K, usize>>>,
}

/// One held by a key, until dropped.
pub(super) struct Held<K: Eq + Hash + Clone> {
    by: K,
    limit: PerKeyLimit<K>,
}

impl<K: Eq + Hash> Clone for PerKeyLimit<K> {
    fn clone(&self) -> Self {
        Self { limit: self.limit, held: Arc::clone(&self.held) }
    }
}

impl<K: Eq + Hash + Clone> PerKeyLimit<K> {
    /// Allows each key this many; zero is no limit.
    pub fn new(limit: usize) -> Self {
        let limit = if limit == 0 { usize::MAX } else { limit };
        Self { limit, held: Arc::default() }
    }

    /// `None` for a key that holds its limit.
    pub fn enter(&self, by: K) -> Option<Held<K>> {
        let mut held = self.lock();
        let count = held.entry(by.clone()).or_insert(0);
        if *count >= self.limit {
            return None;
        }
        *count += 1;
        Some(Held { by, limit: self.clone() })
    }
}

impl<K: Eq + Hash> PerKeyLimit<K> {
    fn lock(&self) -> MutexGuard<'_, HashMap<K, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash + Clone> Drop for Held<K> {
    fn drop(&mut self) {
        let mut held = self.limit.lock();
        if let Some(count) = held.get_mut(&self.by) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.by);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_once_it_is_given_back() {
        let limit = PerKeyLimit::new(1);
        let counted = limit.enter("one");
        assert!(counted.is_some());
        assert!(limit.enter("one").is_none());
        assert!(limit.enter("other").is_some());
        drop(counted);
        assert!(limit.enter("one").is_some());
    }
}
