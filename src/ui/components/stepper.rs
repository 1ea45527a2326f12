use crate::model::AgentCount;
use crate::ui::browser;
use crate::ui::words::use_words;
use dioxus::prelude::*;

/// Parses a stepper's text, if it is a count.
pub fn read_count(text: &str) -> Option<AgentCount> {
    let number: i64 = text.trim().parse().ok()?;
    AgentCount::try_from(number).ok()
}

/// − number +, from 1 to [`AgentCount::MAX`]. The caller owns the text, as typed: it may not be a count
/// yet.
///
/// Without scripts − and + submit `step_form`, with the next number down or up as `seats`.
#[component]
pub fn Stepper(
    id: &'static str,
    label: String,
    /// The number's name in the form around it.
    name: &'static str,
    /// The `id` of a form with the method "get".
    step_form: &'static str,
    text: String,
    #[props(default)] disabled: bool,
    onchange: EventHandler<String>,
) -> Element {
    let words = use_words();
    let count = read_count(&text);
    let at = count.map_or(1, AgentCount::get);
    let shown = text.clone();
    let (fewer, more) = ((at - 1).max(1), (at + 1).min(AgentCount::MAX));
    // At the end of the range it only says so: disabled by its own press, a button would lose the focus.
    let step = |(sign, label): (&'static str, &'static str), to: u32, at_end: bool| {
        rsx! {
            button {
                r#type: "submit",
                form: step_form,
                name: "seats",
                value: "{to}",
                aria_label: label,
                aria_disabled: at_end.then_some("true"),
                disabled,
                onclick: move |event| {
                    event.prevent_default();
                    if !at_end {
                        onchange.call(to.to_string());
                    }
                },
                {sign}
            }
        }
    };
    rsx! {
        div { class: "stepper",
            label { r#for: id, "{label}" }
            div {
                {step(("−", words.billing.fewer), fewer, at <= 1)}
                input {
                    id,
                    r#type: "number",
                    name,
                    min: "1",
                    max: "{AgentCount::MAX}",
                    step: "1",
                    required: true,
                    inputmode: "numeric",
                    // If the browser restored a typed number after a reload, it would not match the sum
                    // beside it.
                    autocomplete: "off",
                    value: "{text}",
                    disabled,
                    aria_invalid: count.is_none().then_some("true"),
                    aria_describedby: count.is_none().then(|| format!("{id}-hint")),
                    onmounted: move |event| {
                        let typed = browser::typed(&event);
                        if typed != shown {
                            onchange.call(typed);
                        }
                    },
                    oninput: move |event| onchange.call(event.value()),
                }
                {step(("+", words.billing.more), more, at >= AgentCount::MAX)}
            }
            if count.is_none() {
                p { id: "{id}-hint", class: "error", role: "alert", {words.billing.count_hint} }
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
