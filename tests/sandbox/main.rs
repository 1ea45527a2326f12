//! The Stripe sandbox, tested through its own front door: HTTP.
#![cfg(feature = "server")]

mod cards;
mod checkout;
mod clocks;
mod discounts;
mod faults;
mod helpers;
mod items;
mod money;
mod pages;
mod parameters;
mod payments;
mod portal_configurations;
mod previews;
mod protocol;
mod restart;
mod scenarios;
mod seats;
mod taxes;
mod time;
mod typed;
mod webhooks;
