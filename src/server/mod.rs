//! The running portal: every route and layer, starting and stopping.

mod accept;
mod body;
mod client_address;
mod compress;
mod crowd;
mod demo;
mod entitlements;
mod error;
mod events;
mod form_token;
mod forms;
mod guard;
mod health;
mod leaving;
mod links;
mod metrics;
mod observe;
mod openapi;
mod page;
mod policy;
mod pressure;
mod prune;
mod rates;
mod reconcile;
mod router;
mod routes;
mod serve;
mod sign_in;
mod single_sign_on;
pub mod visit;

pub use client_address::ClientAddress;
pub use leaving::StopSignals;
pub use routes::routes;
pub use serve::{Portal, StartError, run, start, start_at};
pub use sign_in::is_local;
