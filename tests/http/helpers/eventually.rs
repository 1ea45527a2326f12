//! Waiting for what happens in the background.

use std::time::Duration;

/// What is asked for, as soon as there is something.
///
/// Panics when there is still nothing after ten seconds.
pub async fn eventually<T>(what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
    for _ in 0..200 {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("after ten seconds there is still nothing: {what}");
}
