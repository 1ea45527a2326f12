use crate::model::AgentCount;
use dioxus::prelude::*;

/// The count that a stepper's text says, if it says one.
pub fn read_count(text: &str) -> Option<AgentCount> {
    let number: i64 = text.trim().parse().ok()?;
    AgentCount::try_from(number).ok()
}

/// − number +, from 1 to [`AgentCount::MAX`]. The text is the caller's, as typed: it may not be a
/// count yet.
#[component]
pub fn Stepper(
    id: &'static str,
    label: String,
    text: String,
    #[props(default)] disabled: bool,
    onchange: EventHandler<String>,
) -> Element {
    let count = read_count(&text);
    let at = count.map_or(1, AgentCount::get);
    rsx! {
        div { class: "stepper",
            label { r#for: id, "{label}" }
            div {
                button {
                    r#type: "button",
                    aria_label: "One agent fewer",
                    disabled: disabled || at <= 1,
                    onclick: move |_| onchange.call((at - 1).max(1).to_string()),
                    "−"
                }
                input {
                    id,
                    r#type: "number",
                    name: "agent_count",
                    min: "1",
                    max: "{AgentCount::MAX}",
                    step: "1",
                    required: true,
                    inputmode: "numeric",
                    // A browser that put a typed number back after a reload would show another
                    // number than the sum beside it.
                    autocomplete: "off",
                    value: "{text}",
                    disabled,
                    aria_invalid: count.is_none().then_some("true"),
                    aria_describedby: count.is_none().then(|| format!("{id}-hint")),
                    oninput: move |event| onchange.call(event.value()),
                }
                button {
                    r#type: "button",
                    aria_label: "One agent more",
                    disabled: disabled || at >= AgentCount::MAX,
                    onclick: move |_| onchange.call((at + 1).min(AgentCount::MAX).to_string()),
                    "+"
                }
            }
            if count.is_none() {
                p { id: "{id}-hint", class: "error", role: "alert", "Enter a whole number from 1 to 10,000." }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_count_in_range_is_read() {
        assert_eq!(read_count("3").map(AgentCount::get), Some(3));
        assert_eq!(read_count(" 10000 ").map(AgentCount::get), Some(10_000));
        for text in ["", "0", "-1", "10001", "2.5", "three"] {
            assert_eq!(read_count(text), None, "{text}");
        }
    }
}
