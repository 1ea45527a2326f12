//! The real binary, broken on purpose: killed while events pour in and operators act, cut off from its
//! database, one of three behind a load balancer. Nothing that was answered may be lost, and nothing be
//! done twice.
//!
//! `CRASHES` says how often it is killed, `CRASH_SEED` at which moments.

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

// What the tests through HTTP use besides is not used here.
#[allow(dead_code, unused_imports, unused_macros)]
#[path = "../http/helpers/mod.rs"]
mod helpers;
