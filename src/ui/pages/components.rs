//! Every component in each of its variants on one page, `/_components`, to look at while working on
//! them. Debug builds only.

use crate::api::ApiError;
use crate::model::{ErrorCode, Tone};
use crate::ui::Route;
use crate::ui::components::*;
use crate::ui::layout::Preferences;
use crate::ui::visit::Done;
use dioxus::prelude::*;

/// The page.
#[component]
pub fn Components() -> Element {
    let toasts = use_toasts_provider();
    let mut text = use_signal(|| "3".to_owned());
    let tones = [
        (Tone::Gray, "No subscription"),
        (Tone::Blue, "Trial ends 8 December 2026"),
        (Tone::Green, "Active"),
        (Tone::Amber, "Payment required"),
        (Tone::Red, "Unpaid"),
    ];
    let kinds = [ButtonKind::Primary, ButtonKind::Secondary, ButtonKind::Quiet, ButtonKind::Danger];
    let banners = [BannerTone::Info, BannerTone::Warning, BannerTone::Danger];
    let error =
        ApiError::new(StatusCode::NOT_FOUND, ErrorCode::NoSuchPage, "There is no such page.");
    rsx! {
        main { class: "gallery",
            Heading { title: "Components" }
            Preferences { here: "/_components" }
            Specimen { name: "Badge",
                {tones.into_iter().map(|(tone, text)| badge(tone, text))}
            }
            Specimen { name: "Button",
                for kind in kinds {
                    Button { key: "{kind:?}", kind, "{kind:?}" }
                    Button { kind, busy: true, "Busy" }
                    Button { kind, disabled: true, "Disabled" }
                }
            }
            Specimen { name: "LinkButton",
                for kind in kinds {
                    LinkButton { key: "{kind:?}", to: Route::billing(None), kind, "{kind:?}" }
                }
            }
            Specimen { name: "Banner",
                for tone in banners {
                    Banner {
                        key: "{tone:?}",
                        tone,
                        title: "{tone:?}",
                        text: "What happened, and what to do about it.",
                        Button { "Do it" }
                    }
                }
            }
            Specimen { name: "Stepper",
                Stepper {
                    id: "stepper",
                    label: "Seats",
                    name: "seats",
                    step_form: "none",
                    text: text(),
                    onchange: move |typed| text.set(typed),
                }
                Stepper {
                    id: "stepper-disabled",
                    label: "Disabled",
                    name: "seats",
                    step_form: "none",
                    text: "3",
                    disabled: true,
                    onchange: |_| {},
                }
                Stepper {
                    id: "stepper-odd",
                    label: "Not a count",
                    name: "seats",
                    step_form: "none",
                    text: "many",
                    onchange: |_| {},
                }
            }
            Specimen { name: "Meter",
                {meter("None", 0, 3)}
                {meter("Some", 2, 3)}
                {meter("All", 3, 3)}
            }
            Specimen { name: "Dialog",
                Button { "command": "show-modal", "commandfor": "specimen", "Open" }
                Dialog { id: "specimen", title: "Really?",
                    p { "This can be taken back until the period ends." }
                    div { class: "actions",
                        Button { "command": "close", "commandfor": "specimen", "Keep it" }
                        Button { kind: ButtonKind::Danger, "command": "close", "commandfor": "specimen", "End it" }
                    }
                }
            }
            Specimen { name: "Toast",
                Button { onclick: move |_| toasts.show(Done::SeatsChanged(3)), "Show" }
            }
            Specimen { name: "Empty",
                Empty { title: "Nobody here yet", text: "Give your first agent a name." }
            }
            Specimen { name: "Skeleton",
                {skeleton(SkeletonShape::Rows, "Loading rows")}
                {skeleton(SkeletonShape::Page, "Loading a page")}
            }
            Specimen { name: "ErrorNote",
                {error_note("Your card was declined. Nothing was charged.")}
            }
            Specimen { name: "Problem",
                Problem { error }
            }
            Toaster { toasts }
        }
    }
}

#[component]
fn Specimen(name: &'static str, children: Element) -> Element {
    rsx! {
        section { class: "card", aria_label: name,
            h2 { "{name}" }
            div { class: "specimens", {children} }
        }
    }
}
