use crate::model::TenantId;
use dioxus::prelude::*;

/// What a stepper's − and + submit without scripts: a separate form, so that Enter in the number's form
/// doesn't press one of them.
pub fn step_form(id: &'static str, tenant_id: &TenantId) -> Element {
    rsx! {
        form { id, hidden: true, method: "get", action: "/billing",
            input { r#type: "hidden", name: "tenant_id", value: "{tenant_id}" }
        }
    }
}
