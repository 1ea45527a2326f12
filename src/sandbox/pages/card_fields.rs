//! The card fields, with their errors, that the hosted Checkout and the Billing Portal share.

use crate::sandbox::card_form::{CardForm, FieldErrors};
use crate::sandbox::cards::TEST_CARDS;
use crate::sandbox::pages::html::escape;

/// The inputs for a card. They keep what was typed, even the number and the security code.
pub fn inputs(form: &CardForm, errors: &FieldErrors) -> String {
    format!(
        "{}<div class=\"pair\">{}{}</div>{}",
        input(
            &Input {
                name: "card_number",
                label: "Card number",
                autocomplete: "cc-number",
                numeric: true,
                hint: "1234 1234 1234 1234"
            },
            &form.card_number,
            errors
        ),
        input(
            &Input {
                name: "exp",
                label: "Expiry",
                autocomplete: "cc-exp",
                numeric: true,
                hint: "MM / YY"
            },
            &form.exp,
            errors
        ),
        input(
            &Input {
                name: "cvc",
                label: "Security code",
                autocomplete: "cc-csc",
                numeric: true,
                hint: "CVC"
            },
            &form.cvc,
            errors
        ),
        input(
            &Input {
                name: "name",
                label: "Name on card",
                autocomplete: "cc-name",
                numeric: false,
                hint: ""
            },
            &form.name,
            errors
        ),
    )
}

/// The input for an email address.
pub fn email(value: &str, errors: &FieldErrors) -> String {
    input(
        &Input {
            name: "email",
            label: "Email",
            autocomplete: "email",
            numeric: false,
            hint: "you@example.com",
        },
        value,
        errors,
    )
}

/// The inputs for a billing address; `countries` are codes with names.
pub fn address(
    countries: &[(&str, &str)],
    country: &str,
    postal_code: &str,
    errors: &FieldErrors,
) -> String {
    let options: String = countries
        .iter()
        .map(|(code, name)| {
            let selected = if *code == country { " selected" } else { "" };
            format!("<option value=\"{code}\"{selected}>{name}</option>")
        })
        .collect();
    let (invalid, message) = error_of("country", errors);
    let postal_code = input(
        &Input {
            name: "postal_code",
            label: "Postal code",
            autocomplete: "postal-code",
            numeric: false,
            hint: "",
        },
        postal_code,
        errors,
    );
    format!(
        "<div><label for=\"country\">Country</label>\
         <select id=\"country\" name=\"country\" autocomplete=\"country\"{invalid}>\
         <option value=\"\">Choose a country</option>{options}</select>{message}</div>{postal_code}"
    )
}

struct Input {
    name: &'static str,
    label: &'static str,
    autocomplete: &'static str,
    numeric: bool,
    hint: &'static str,
}

fn input(input: &Input, value: &str, errors: &FieldErrors) -> String {
    let Input { name, label, autocomplete, numeric, hint } = input;
    let (invalid, message) = error_of(name, errors);
    let kind = if *name == "email" { "email" } else { "text" };
    let mode = if *numeric { " inputmode=\"numeric\"" } else { "" };
    format!(
        "<div><label for=\"{name}\">{label}</label>\
         <input id=\"{name}\" name=\"{name}\" type=\"{kind}\" autocomplete=\"{autocomplete}\"{mode} placeholder=\"{hint}\" value=\"{}\"{invalid}>{message}</div>",
        escape(value)
    )
}

/// The attributes for an input with an error, and the error message.
fn error_of(name: &str, errors: &FieldErrors) -> (String, String) {
    match errors.iter().find(|(field, _)| *field == name) {
        Some((_, message)) => (
            format!(" aria-invalid=\"true\" aria-describedby=\"{name}-error\""),
            format!("<p class=\"error\" id=\"{name}-error\">{}</p>", escape(message)),
        ),
        None => (String::new(), String::new()),
    }
}

/// The list of test cards, with what each does.
pub fn test_cards() -> String {
    let rows: String = TEST_CARDS
        .iter()
        .map(|card| {
            format!(
                "<tr><td class=\"mono\">{}</td><td>{}</td></tr>",
                spaced(card.number),
                escape(card.does)
            )
        })
        .collect();
    format!(
        "<details open><summary>Test cards</summary><p class=\"hint\">Any future date and any security code will do.</p>\
         <div class=\"scroll\"><table><thead><tr><th>Number</th><th>What it does</th></tr></thead><tbody>{rows}</tbody></table></div></details>"
    )
}

fn spaced(number: &str) -> String {
    let mut text = String::new();
    for (index, digit) in number.chars().enumerate() {
        if index > 0 && index.is_multiple_of(4) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A page that stands in for the bank's 3-D Secure check; `action` is where the answer is posted.
pub fn challenge(action: &str) -> String {
    format!(
        "<section class=\"card narrow\"><h1>3-D Secure</h1>\
         <p>Your bank wants to know that it is you. This page stands for your bank's.</p>\
         <form class=\"row\" method=\"post\" action=\"{}\">\
         <button class=\"primary\" name=\"result\" value=\"approve\">Approve</button>\
         <button name=\"result\" value=\"refuse\">Refuse</button></form></section>",
        escape(action)
    )
}

/// The message after a refused check.
pub const UNAUTHENTICATED: &str = "We are unable to authenticate your payment method. Please choose a different payment method and try again.";
