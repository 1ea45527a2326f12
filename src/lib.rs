//! A self-serve billing portal for per-seat subscriptions on Stripe.
//!
//! Data flows one way: `ui → api → billing → store | stripe`. `model`, `ui` and the signatures in
//! `api` compile for the browser too; every other module is server-only, and gated here.

pub mod api;
pub mod model;
pub mod ui;

#[cfg(feature = "server")]
pub mod auth;
#[cfg(feature = "server")]
pub mod billing;
#[cfg(feature = "server")]
mod causes;
#[cfg(feature = "server")]
pub mod cli;
#[cfg(feature = "server")]
pub mod clock;
#[cfg(feature = "server")]
pub mod config;
#[cfg(feature = "server")]
pub mod doctor;
#[cfg(feature = "server")]
pub mod sandbox;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "server")]
pub mod setup;
#[cfg(feature = "server")]
pub mod store;
#[cfg(feature = "server")]
pub mod stripe;
#[cfg(feature = "server")]
pub mod telemetry;
#[cfg(feature = "server")]
pub mod webhooks;
