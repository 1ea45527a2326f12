//! The server functions: identify the caller, check the tenant, make one call into `billing` or `auth`.
//! No rules live here. In the browser the same functions send the requests.

mod account;
mod activity;
mod agents;
mod billing;
#[cfg(feature = "web")]
mod client;
mod error;
mod json;
#[cfg(feature = "server")]
mod language;
#[cfg(feature = "server")]
mod looks;
#[cfg(feature = "server")]
mod refusals;
#[cfg(feature = "server")]
mod session;
mod tenant;

pub use account::*;
pub use activity::*;
pub use agents::*;
pub use billing::*;
pub use error::*;
pub use json::read_json;
#[cfg(feature = "server")]
pub use language::{LANGUAGE_COOKIE, language_of_pages};
#[cfg(feature = "server")]
pub use looks::Looks;
#[cfg(feature = "server")]
pub use refusals::{busy, internal};
#[cfg(feature = "server")]
pub use session::Session;
pub use tenant::*;
