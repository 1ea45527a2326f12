use super::{Banner, BannerTone};
use crate::ui::visit::{Control, Notice, use_notice};
use crate::ui::words::use_words;
use dioxus::prelude::*;

/// What went wrong with a form whose control is not on the page any more: with it went the place
/// beside which it would be said. `shown` says which controls are.
#[component]
pub fn StrayError(shown: Callback<Control, bool>) -> Element {
    let words = use_words();
    match use_notice() {
        Some(Notice::Failed { control, error, .. }) if !shown.call(control.clone()) => rsx! {
            div { role: "alert",
                Banner {
                    tone: BannerTone::Danger,
                    title: words.errors.title_other,
                    text: words.error(&error),
                }
            }
        },
        Some(Notice::Failed { .. } | Notice::Done(_)) | None => VNode::empty(),
    }
}
