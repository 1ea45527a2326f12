//! A self-serve billing portal for per-seat subscriptions on Stripe.
//!
//! Data flows one way: `ui → api → billing → store | stripe`. `model`, `ui` and the signatures in
//! `api` compile for the browser too; every other module is server-only, and gated here and
//! nowhere else.

pub mod model;

#[cfg(feature = "server")]
pub mod sandbox;
