//! One page, one module.

mod account;
mod activity;
mod agents;
mod billing;
mod login;
mod not_found;

pub use account::Account;
pub use activity::Activity;
pub use agents::Agents;
pub use billing::Billing;
pub use login::Login;
pub use not_found::NotFound;
