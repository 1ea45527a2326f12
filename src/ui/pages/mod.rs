//! One page, one module.

mod agents;
mod billing;
mod login;
mod not_found;

pub use agents::Agents;
pub use billing::Billing;
pub use login::Login;
pub use not_found::NotFound;
