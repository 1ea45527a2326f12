//! Stripe's webhooks: verified and stored at once, processed later. An event is only a reason to read
//! from Stripe; its contents are not trusted.

mod event;
mod intake;
mod kinds;
mod replay;
mod signature;
mod worker;

pub use event::{EventError, read_event};
pub use intake::{Inbox, Intake};
pub use kinds::EVENT_TYPES;
pub use replay::replay;
pub use signature::{SignatureError, sign, verify};
pub use worker::Worker;

/// Where Stripe sends them.
pub const PATH: &str = "/api/webhooks/stripe";
