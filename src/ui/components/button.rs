use crate::ui::browser;
use dioxus::prelude::*;

/// How prominent a button is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// The page's main action. One per card.
    Primary,
    #[default]
    Secondary,
    /// Text only, until hovered.
    Quiet,
    Danger,
}

impl ButtonKind {
    /// The style sheet's name for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Quiet => "quiet",
            Self::Danger => "danger",
        }
    }
}

/// A button. While busy it keeps its size and focus, shows that it is working, and ignores clicks. It
/// always ignores the second click of a double click: by then it may be another button.
#[component]
pub fn Button(
    #[props(default)] kind: ButtonKind,
    /// The `type` of the element: "button" or "submit".
    #[props(default = "button")]
    r#type: &'static str,
    #[props(default)] busy: bool,
    #[props(default)] disabled: bool,
    onclick: Option<EventHandler<MouseEvent>>,
    #[props(extends = GlobalAttributes, extends = button)] attributes: Vec<Attribute>,
    children: Element,
) -> Element {
    rsx! {
        button {
            class: "button",
            r#type,
            "data-kind": kind.as_str(),
            disabled,
            aria_busy: busy.then_some("true"),
            aria_disabled: busy.then_some("true"),
            onclick: move |event| {
                if busy || browser::clicked_again(&event) {
                    event.prevent_default();
                } else if let Some(onclick) = onclick {
                    onclick.call(event);
                }
            },
            ..attributes,
            {children}
        }
    }
}
