//! Who is signed in, and their appearance and language.

use crate::model::{Language, Viewer};
use crate::ui::Route;
use crate::ui::browser;
use crate::ui::components::{open_in_place_and, use_form_token};
use crate::ui::visit::{Theme, use_theme, use_visit};
use crate::ui::words::use_words;
use dioxus::prelude::*;

/// What the account's button opens. Escape and a click elsewhere close it.
const MENU: &str = "account-menu";

/// The operator's account, appearance, language, and sign-out.
#[component]
pub fn AccountMenu(viewer: Viewer, route: Route) -> Element {
    let words = use_words();
    let account = Route::account(route.tenant_id());
    let initial: String = viewer.name.chars().take(1).collect();
    rsx! {
        div { class: "menu account",
            button { r#type: "button", popovertarget: MENU,
                span { class: "avatar", aria_hidden: "true", "{initial}" }
                span { class: "who", "{viewer.name}" }
            }
            div { id: MENU, popover: "auto",
                p { class: "hint", "{viewer.email}" }
                nav { aria_label: words.frame.account,
                    a {
                        href: "{account}",
                        onclick: move |click| {
                            open_in_place_and(&click, &account, || browser::close_popover(MENU));
                        },
                        {words.frame.account}
                    }
                }
                Preferences { here: route.to_string() }
                form { method: "post", action: "/logout",
                    {use_form_token()}
                    button { class: "button", "data-kind": "quiet", r#type: "submit", {words.frame.sign_out} }
                }
            }
        }
    }
}

/// Appearance and language, as a form that sets cookies. `here` is where it leads back to.
#[component]
pub fn Preferences(here: String) -> Element {
    let words = use_words();
    let visit = use_visit();
    let mut theme = use_theme();
    let name = |theme| match theme {
        Theme::System => words.frame.theme_system,
        Theme::Light => words.frame.theme_light,
        Theme::Dark => words.frame.theme_dark,
    };
    rsx! {
        form { class: "preferences", method: "post", action: "/preferences",
            {use_form_token()}
            input { r#type: "hidden", name: "next", value: "{here}" }
            div { class: "segments", role: "group", aria_label: words.frame.theme,
                for choice in Theme::ALL {
                    button {
                        key: "{choice.as_str()}",
                        r#type: "submit",
                        name: "theme",
                        value: choice.as_str(),
                        aria_pressed: if theme() == choice { "true" } else { "false" },
                        onclick: move |event| {
                            event.prevent_default();
                            theme.set(choice);
                            browser::set_theme(choice);
                        },
                        {name(choice)}
                    }
                }
            }
            div { class: "segments", role: "group", aria_label: words.frame.language,
                for language in Language::ALL {
                    button {
                        key: "{language.tag()}",
                        r#type: "submit",
                        name: "language",
                        value: language.tag(),
                        lang: language.tag(),
                        aria_pressed: if visit.language == language { "true" } else { "false" },
                        {language.own_name()}
                    }
                }
            }
        }
    }
}
