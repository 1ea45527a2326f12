//! Faults on demand: the next matching calls fail, in one of the ways in which calls to Stripe fail.

use crate::sandbox::protocol::routes;
use dioxus::server::axum::http::Method;
use serde::{Deserialize, Serialize};

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// Nothing is done; answered 400, which is not kept under the idempotency key.
    #[serde(rename = "400")]
    Refusal,
    /// Nothing is done; answered 429, which is not kept under the idempotency key.
    #[serde(rename = "429")]
    RateLimit,
    /// Nothing is done; answered 500, which is kept and replayed under the idempotency key.
    #[serde(rename = "500")]
    Failure,
    /// The work is done; answered 500, which is kept and replayed under the idempotency key.
    #[serde(rename = "500-done")]
    DoneFailure,
    /// Nothing is done, and no answer comes until the client gives up.
    #[serde(rename = "timeout")]
    Timeout,
    /// Nothing is done; the connection closes without an answer.
    #[serde(rename = "cut")]
    Cut,
    /// The work is done and kept under the idempotency key; the connection closes without an answer.
    #[serde(rename = "lost")]
    Lost,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Fault; 7] = [
        Fault::Refusal,
        Fault::RateLimit,
        Fault::Failure,
        Fault::DoneFailure,
        Fault::Timeout,
        Fault::Cut,
        Fault::Lost,
    ];

    /// The word that selects it.
    pub fn word(self) -> &'static str {
        match self {
            Fault::Refusal => "400",
            Fault::RateLimit => "429",
            Fault::Failure => "500",
            Fault::DoneFailure => "500-done",
            Fault::Timeout => "timeout",
            Fault::Cut => "cut",
            Fault::Lost => "lost",
        }
    }
}

/// A fault, and the calls it is armed for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Armed {
    pub fault: Fault,
    /// One of [`calls`].
    pub call: String,
    /// How many more calls it is for.
    pub left: u32,
}

/// Every call.
pub const EVERY: &str = "every";

/// What a fault can be for: every call, a method, or an endpoint such as `GET /v1/prices/{id}`.
pub fn calls() -> impl Iterator<Item = String> {
    [EVERY, "GET", "POST", "DELETE"].map(str::to_owned).into_iter().chain(routes::names())
}

/// Arms a fault for the next `count` matching calls, behind those already armed.
pub fn arm(faults: &mut Vec<Armed>, fault: &str, call: &str, count: &str) -> Result<(), String> {
    let Some(fault) = Fault::ALL.into_iter().find(|known| known.word() == fault) else {
        return Err(format!("fault= is one of {}.", Fault::ALL.map(Fault::word).join(", ")));
    };
    let call = if call.is_empty() { EVERY } else { call };
    if !calls().any(|known| known == call) {
        let known: Vec<String> = calls().collect();
        return Err(format!("call= is one of these: {}.", known.join(", ")));
    }
    let left = count_of(count)?;
    faults.push(Armed { fault, call: call.to_owned(), left });
    Ok(())
}

/// A number of calls or events; one if it is left out.
pub fn count_of(text: &str) -> Result<u32, String> {
    match text {
        "" => Ok(1),
        text => text
            .parse()
            .ok()
            .filter(|count| *count > 0)
            .ok_or_else(|| "count= is a whole number from 1 on.".to_owned()),
    }
}

/// Takes the fault armed for a call, if any: of several, the one armed first.
pub fn take(faults: &mut Vec<Armed>, method: &Method, path: &str) -> Option<Fault> {
    let endpoint = routes::find(method, path).map(|(route, _)| route.name());
    let index = faults.iter().position(|armed| {
        armed.call == EVERY
            || armed.call == method.as_str()
            || endpoint.as_ref().is_some_and(|name| *name == armed.call)
    })?;
    let armed = &mut faults[index];
    let fault = armed.fault;
    armed.left -= 1;
    if armed.left == 0 {
        faults.remove(index);
    }
    Some(fault)
}
