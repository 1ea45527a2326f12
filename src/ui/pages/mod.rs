//! One page, one module.

mod account;
mod activity;
mod agents;
mod billing;
#[cfg(debug_assertions)]
mod components;
mod link;
mod login;
mod not_found;
mod tenants;

pub use account::Account;
pub use activity::Activity;
pub use agents::Agents;
pub use billing::Billing;
#[cfg(debug_assertions)]
pub use components::Components;
pub use link::{FollowedLink, Guest, LinkPage, LinkProblem, Opens};
pub use login::Login;
pub use not_found::NotFound;
pub use tenants::Tenants;
