//! One delivery attempt: a signed POST, and its result.

use crate::sandbox::clock::wall;
use crate::sandbox::signature;
use serde::{Deserialize, Serialize};

const RESPONSE_KEPT: usize = 300;

/// One delivery attempt, for the control page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attempt {
    /// Wall time, in Unix seconds.
    pub at: i64,
    /// The response's status, or why there was none.
    pub outcome: Result<u16, String>,
    /// The start of the response's body.
    pub answer: String,
}

/// What is sent, and where to.
#[derive(Debug)]
pub(super) struct Parcel {
    /// The delivery's index in the list.
    pub(super) index: usize,
    pub(super) endpoint: String,
    pub(super) url: String,
    pub(super) secret: String,
    pub(super) body: String,
}

/// Sends it and waits for the response.
pub(super) async fn send(client: &reqwest::Client, parcel: &Parcel) -> Attempt {
    let at = wall();
    let sent = client
        .post(&parcel.url)
        .header("content-type", "application/json; charset=utf-8")
        .header("user-agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
        .header("stripe-signature", signature::header(&parcel.secret, at, &parcel.body))
        .body(parcel.body.clone())
        .send()
        .await;
    match sent {
        Ok(response) => {
            let status = response.status().as_u16();
            let answer =
                response.text().await.unwrap_or_default().chars().take(RESPONSE_KEPT).collect();
            Attempt { at, outcome: Ok(status), answer }
        }
        Err(error) => {
            let why = if error.is_timeout() {
                "no answer within 10 s".to_owned()
            } else if error.is_connect() {
                "could not connect".to_owned()
            } else {
                error.without_url().to_string()
            };
            Attempt { at, outcome: Err(why), answer: String::new() }
        }
    }
}
