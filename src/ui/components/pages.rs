use crate::ui::Route;
use crate::ui::components::open_in_place;
use dioxus::prelude::*;

/// Links to the other pages of a long list, each with its label; `children` say which one this is.
/// Empty if there are no others.
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
                a { href: "{to}", rel: "prev", onclick: move |click| open_in_place(&click, &to), {label} }
            }
            {children}
            if let Some((to, label)) = next {
                a { href: "{to}", rel: "next", onclick: move |click| open_in_place(&click, &to), {label} }
            }
        }
    }
}
