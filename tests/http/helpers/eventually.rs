//! Waiting for results of background work.

use std::time::Duration;

/// Asks until there is an answer, and returns it.
///
/// Panics if there is none after ten seconds.
pub async fn eventually<T>(what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
    for _ in 0..200 {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("after ten seconds there is still nothing: {what}");
}
