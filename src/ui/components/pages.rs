use crate::ui::Route;
use crate::ui::browser;
use crate::ui::components::open_in_place_and;
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
                a { href: "{to}", rel: "prev", onclick: move |click| turn(&click, &to), {label} }
            }
            {children}
            if let Some((to, label)) = next {
                a { href: "{to}", rel: "next", onclick: move |click| turn(&click, &to), {label} }
            }
        }
    }
}

/// The other page begins where this one does.
fn turn(click: &MouseEvent, to: &Route) {
    open_in_place_and(click, to, || browser::focus("content"));
}
