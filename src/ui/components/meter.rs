use dioxus::prelude::*;

/// How much of a quota is in use. Native, because its width then needs no inline style.
#[component]
pub fn Meter(label: String, used: u32, of: u32) -> Element {
    rsx! {
        meter { class: "meter", aria_label: "{label}", min: "0", max: "{of.max(1)}", value: "{used}" }
    }
}
