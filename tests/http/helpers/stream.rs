//! A page's stream of updates.

use super::Person;
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

/// An open stream of a tenant's events.
pub struct Stream {
    response: Response,
    unread: String,
}

impl Person {
    /// Opens the stream of the tenant's changes.
    pub async fn listen(&self, tenant: &str) -> Response {
        let path = format!("/api/portal/billing/events?tenant_id={tenant}");
        let request = self.request(Method::GET, &path).header("accept-encoding", "gzip, br");
        request.send().await.expect("an answer")
    }

    /// The stream of the tenant's changes, and the first revision it sends.
    pub async fn stream(&self, tenant: &str) -> (Stream, u64) {
        let response = self.listen(tenant).await;
        assert_eq!(response.status(), StatusCode::OK);
        let mut stream = Stream { response, unread: String::new() };
        let revision = stream.told_within(Duration::from_secs(1)).await;
        (stream, revision)
    }
}

impl Stream {
    /// The next event's revision, which must come within the limit.
    pub async fn told_within(&mut self, limit: Duration) -> u64 {
        let told = timeout(limit, self.next()).await;
        let told = told.unwrap_or_else(|_| panic!("nothing was told within {limit:?}"));
        told.expect("the stream has ended")
    }

    /// Reads until nothing has come for this long; returns the revisions that did.
    pub async fn told_until_silent_for(&mut self, silence: Duration) -> Vec<u64> {
        let mut told = Vec::new();
        while let Ok(revision) = timeout(silence, self.next()).await {
            told.push(revision.expect("the stream has ended"));
        }
        told
    }

    /// Reads until the stream ends, which it must do within the limit.
    pub async fn ends_within(&mut self, limit: Duration) {
        let end = async { while self.next().await.is_some() {} };
        assert!(timeout(limit, end).await.is_ok(), "still open after {limit:?}");
    }

    /// The next event's revision; `None` if the stream has ended.
    async fn next(&mut self) -> Option<u64> {
        loop {
            if let Some((event, rest)) = self.unread.split_once("\n\n") {
                let revision = read(event);
                self.unread = rest.to_owned();
                match revision {
                    Some(revision) => return Some(revision),
                    None => continue,
                }
            }
            let chunk = self.response.chunk().await.expect("an orderly end")?;
            self.unread += std::str::from_utf8(&chunk).expect("UTF-8");
        }
    }
}

/// An event's revision; `None` for a comment.
fn read(event: &str) -> Option<u64> {
    let field = |name: &str| {
        let values = event.lines().filter_map(|line| line.split_once(": "));
        values.filter(|(field, _)| *field == name).map(|(_, value)| value).next()
    };
    let data: Value = serde_json::from_str(field("data")?).expect("JSON");
    assert_eq!(field("event"), Some("tenant"));
    assert_eq!(field("id").map(str::to_owned), Some(data["revision"].to_string()));
    data["revision"].as_u64()
}
