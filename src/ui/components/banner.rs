use dioxus::prelude::*;

/// How urgent a banner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BannerTone {
    Info,
    Warning,
    Danger,
}

/// A message about the whole page, and what to do about it.
#[component]
pub fn Banner(tone: BannerTone, title: String, text: String, children: Element) -> Element {
    let tone = match tone {
        BannerTone::Info => "info",
        BannerTone::Warning => "warning",
        BannerTone::Danger => "danger",
    };
    rsx! {
        section { class: "banner", "data-tone": tone, aria_label: "{title}",
            div {
                strong { "{title}" }
                p { "{text}" }
            }
            {children}
        }
    }
}
