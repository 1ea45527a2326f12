use super::{Banner, BannerTone};
use crate::ui::visit::{Control, Notice, use_notice};
use crate::ui::words::use_words;
use dioxus::prelude::*;

/// The error of a form whose control is no longer on the page, as a banner; `shown` says whether a
/// control is there.
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
