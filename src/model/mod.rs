//! The product's vocabulary as plain types, shared by the server and the browser.

mod account;
mod activity;
mod activity_kind;
mod agent;
mod entitlements;
mod error_code;
mod id;
mod invoice;
mod language;
mod money;
mod name;
mod operator;
mod plan;
mod quote;
mod requests;
mod spelled;
mod status;
mod stripe_event;
mod tenant;
mod view;

pub use account::*;
pub use activity::*;
pub use activity_kind::*;
pub use agent::*;
pub use entitlements::*;
pub use error_code::*;
pub use id::*;
pub use invoice::*;
pub use language::*;
pub use money::*;
pub use name::*;
pub use operator::*;
pub use plan::*;
pub use quote::*;
pub use requests::*;
pub use spelled::UnknownWord;
pub(crate) use spelled::spelled;
pub use status::*;
pub use stripe_event::*;
pub use tenant::*;
pub use view::*;

/// A moment in UTC; RFC 3339 in JSON.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
