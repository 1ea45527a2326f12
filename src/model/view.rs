//! The parts of a tenant that can be viewed.

use crate::model::spelled;

spelled! {
    /// A part of a tenant, each on its own page.
    #[derive(Hash)]
    View, "view" {
        Billing = "billing",
        Agents = "agents",
        Activity = "activity",
    }
}
