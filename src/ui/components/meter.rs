use dioxus::prelude::*;

/// How much of a quota is in use. Drawn, because a native `<meter>` looks different in every browser;
/// by attributes, because a strict Content-Security-Policy forbids inline styles.
pub fn meter(label: &str, used: u32, of: u32) -> Element {
    let percent = match of {
        0 => 0,
        of => u64::from(used.min(of)) * 100 / u64::from(of),
    };
    rsx! {
        div {
            class: "meter",
            role: "meter",
            aria_label: "{label}",
            aria_valuemin: "0",
            aria_valuemax: "{of}",
            aria_valuenow: "{used}",
            svg { width: "100%", height: "6", "aria-hidden": "true",
                rect { width: "{percent}%", height: "6", rx: "3" }
            }
        }
    }
}
