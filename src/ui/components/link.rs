use crate::ui::Route;
use crate::ui::browser;
use crate::ui::components::ButtonKind;
use dioxus::html::input_data::MouseButton;
use dioxus::prelude::*;

/// Handles a click on a link to a page of the portal: opens it in place, unless the browser is asked
/// for something else, such as a new tab.
///
/// Links are plain elements: rendering a component takes as long as rendering many of them.
pub fn open_in_place(click: &MouseEvent, to: &Route) {
    open_in_place_and(click, to, || {});
}

/// The same, and calls `then` if the page does open in place. The focus goes to the new page, which a
/// screen reader reads from there: the link may be gone.
pub fn open_in_place_and(click: &MouseEvent, to: &Route, then: impl FnOnce()) {
    if click.modifiers().is_empty() && click.trigger_button() == Some(MouseButton::Primary) {
        click.prevent_default();
        navigator().push(to.clone());
        browser::focus("content");
        then();
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(to: Route, #[props(default)] kind: ButtonKind, children: Element) -> Element {
    rsx! {
        a {
            class: "button",
            "data-kind": kind.as_str(),
            href: "{to}",
            onclick: move |click| open_in_place(&click, &to),
            {children}
        }
    }
}
