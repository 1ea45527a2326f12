//! Tests of the Stripe sandbox through HTTP.
#![cfg(feature = "server")]

mod cards;
mod changes;
mod checkout;
mod clocks;
mod collecting;
mod discounts;
mod faults;
mod helpers;
mod items;
mod money;
mod pages;
mod parameters;
mod payments;
mod periods;
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
