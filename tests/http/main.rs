//! The portal through its public door: HTTP, on SQLite and on Postgres, against the sandbox.

mod access;
mod activity;
mod agents;
mod agents_bulk;
mod amounts;
mod auth;
mod away;
mod checkout;
mod drift;
mod duplicates;
mod entitlements;
mod gateway;
mod guarantees;
mod helpers;
mod migrations;
mod next_charge;
mod pages;
mod promotions;
mod quotes;
mod reconcile;
mod startup;
mod subscription;
mod taxes;
mod time;
mod trials;
mod webhooks;
