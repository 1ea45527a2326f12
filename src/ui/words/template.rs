//! Texts with gaps. They are filled here rather than by `format!`, so that texts are data: another
//! language costs its letters and no code.

/// The template with each `{}` replaced by the next value.
pub fn fill(template: &str, values: &[&str]) -> String {
    let mut text = String::with_capacity(template.len() + 16);
    let mut values = values.iter();
    for (at, piece) in template.split("{}").enumerate() {
        if at > 0 {
            text.push_str(values.next().copied().unwrap_or_default());
        }
        text.push_str(piece);
    }
    text
}

/// The form that fits the count, with the count in its gap: `"1 agent|{} agents"`.
pub fn plural(forms: &str, count: u32) -> String {
    let (one, many) = forms.split_once('|').unwrap_or((forms, forms));
    fill(if count == 1 { one } else { many }, &[&count.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_in_order() {
        assert_eq!(fill("{} of {} in use", &["2", "3"]), "2 of 3 in use");
        assert_eq!(fill("Nothing to fill", &["2"]), "Nothing to fill");
        assert_eq!(fill("{} and {}", &["one"]), "one and ");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(plural("1 agent|{} agents", 1), "1 agent");
        assert_eq!(plural("1 agent|{} agents", 0), "0 agents");
        assert_eq!(plural("1 agent|{} agents", 12), "12 agents");
    }
}
