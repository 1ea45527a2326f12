use crate::model::Tone;
use dioxus::prelude::*;

/// A state in a word or two, in the colour of its tone.
pub fn badge(tone: Tone, text: &str) -> Element {
    let tone = match tone {
        Tone::Gray => "gray",
        Tone::Blue => "blue",
        Tone::Green => "green",
        Tone::Amber => "amber",
        Tone::Red => "red",
    };
    rsx! {
        span { class: "badge", "data-testid": "badge", "data-tone": tone, "{text}" }
    }
}
