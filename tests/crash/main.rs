//! The real binary, broken on purpose: killed while events pour in and operators act, cut off from its
//! database, one of three behind a load balancer. Nothing that was answered may be lost, and nothing
//! done twice.
//!
//! `CRASHES` sets how often it is killed, `CRASH_SEED` at which moments.

mod balancer;
mod cluster;
mod crashes;
mod disk;
mod encrypted;
mod events;
mod load;
mod operator;
mod outages;
mod process;
mod processes;
mod random;
mod reckoning;
mod setting;
mod stopping;
mod telling;

// The HTTP tests use more of it than these.
#[allow(dead_code, unused_imports, unused_macros)]
#[path = "../http/helpers/mod.rs"]
mod helpers;
