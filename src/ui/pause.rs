//! Waiting, in the browser. The server renders without waiting.

/// Waits so many milliseconds.
pub async fn pause(milliseconds: u32) {
    #[cfg(feature = "web")]
    gloo_timers::future::TimeoutFuture::new(milliseconds).await;
    #[cfg(not(feature = "web"))]
    let _ = milliseconds;
}
