//! The parts of a tenant that one can look at.

use crate::model::spelled;

spelled! {
    /// A part of a tenant, each on a page of its own.
    #[derive(Hash)]
    View, "view" {
        Billing = "billing",
        Agents = "agents",
        Activity = "activity",
    }
}
