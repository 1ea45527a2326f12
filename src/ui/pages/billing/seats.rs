//! With a subscription: more agents or fewer.

use crate::model::Tenant;
use crate::ui::components::{Stepper, read_count};
use crate::ui::mutation::use_mutation;
use crate::ui::pages::billing::quote::Confirmation;
use dioxus::prelude::*;

/// The stepper; another number than today's opens the confirmation below it.
#[component]
pub fn SeatChange(tenant: Tenant, may_act: bool, onchange: Callback<Tenant>) -> Element {
    let mutation = use_mutation();
    let quota = tenant.agent_quota;
    let mut text = use_signal(|| quota.to_string());
    // A quota that changed elsewhere is the new starting point.
    use_effect(use_reactive!(|quota| text.set(quota.to_string())));
    let count = read_count(&text.read()).filter(|count| count.get() != quota);
    rsx! {
        div { class: "seats",
            Stepper {
                id: "seats",
                label: "Seats",
                text: text(),
                disabled: !may_act,
                onchange: move |typed| {
                    mutation.clear();
                    text.set(typed);
                },
            }
            match count {
                Some(count) => rsx! {
                    Confirmation {
                        tenant,
                        count,
                        mutation,
                        onchange,
                        onkeep: move |_| {
                            mutation.clear();
                            text.set(quota.to_string());
                        },
                    }
                },
                None => rsx! {
                    p { class: "hint",
                        "How many agents may work at once."
                        if may_act {
                            " Change the number to see what it costs."
                        }
                    }
                },
            }
        }
    }
}
