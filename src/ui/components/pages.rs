use crate::ui::Route;
use crate::ui::browser;
use dioxus::prelude::*;

/// Where the other pages of a long list are, each with what its link says; `children` say which one
/// this is. Nothing where there is no other.
#[component]
pub fn Pages(
    back: Option<(Route, &'static str)>,
    next: Option<(Route, &'static str)>,
    children: Element,
) -> Element {
    if back.is_none() && next.is_none() {
        return VNode::empty();
    }
    rsx! {
        footer { class: "pages",
            if let Some((to, label)) = back {
                Link { rel: "prev", to, onclick: to_the_top, {label} }
            }
            {children}
            if let Some((to, label)) = next {
                Link { rel: "next", to, onclick: to_the_top, {label} }
            }
        }
    }
}

/// The other page begins where this one does.
fn to_the_top(_: MouseEvent) {
    browser::focus("content");
}
