//! `.env.sample` and `docs/configuration.md`, generated from the table of settings.

use crate::config::settings::{SECTIONS, Setting};

/// The widest line of `.env.sample`, in characters.
const WIDTH: usize = 100;

/// `.env.sample`: every setting with its default, to be copied and changed.
pub fn env_sample() -> String {
    let mut text = comment(
        "Every setting, with its default. Copy this file to .env and uncomment the lines to change. \
         Environment variables override .env. A setting marked as a secret can also be read from the \
         file named by NAME_FILE. Put values with spaces or a $ in single quotes.",
    );
    for section in SECTIONS {
        let rule = "-".repeat(WIDTH.saturating_sub(section.title.len() + 7));
        text += &format!("\n# --- {} {rule}\n", section.title);
        for setting in section.settings {
            let secret = if setting.secret { " A secret." } else { "" };
            text += &format!("\n{}", comment(&format!("{}{secret}", setting.text)));
            text += &format!("#{}={}\n", setting.name, setting.default);
        }
    }
    text
}

/// `docs/configuration.md`: the same as a page.
pub fn markdown() -> String {
    let mut text = "# Configuration\n\n\
        Settings come from the environment, or from a file named `.env` in the folder from which the \
        portal is\nstarted: copy `.env.sample`. An environment variable overrides the same name in \
        `.env`, and an empty one\ncounts as not set. A configuration that can't work stops the start \
        with one line that says what to change,\nand exit code 2.\n\n\
        In `.env`, put values with spaces or a `$` in single quotes: otherwise `$NAME` is replaced by \
        that variable.\n\n\
        Secrets, marked with *, can also be read from files, as container platforms provide them: \
        set\n`STRIPE_SECRET_KEY_FILE=/run/secrets/stripe` instead of `STRIPE_SECRET_KEY`, and so on.\n\n\
        `make reference` generates this page from the code.\n"
        .to_owned();
    for section in SECTIONS {
        text += &format!("\n## {}\n\n| name | default | |\n| --- | --- | --- |\n", section.title);
        for Setting { name, default, secret, text: what } in section.settings {
            let default = if default.is_empty() { String::new() } else { format!("`{default}`") };
            let mark = if *secret { " *" } else { "" };
            text += &format!("| `{name}`{mark} | {default} | {} |\n", what.replace('|', "\\|"));
        }
    }
    text
}

/// The text as lines that begin with a `#`.
fn comment(text: &str) -> String {
    let mut lines = String::new();
    let mut line = "#".to_owned();
    for word in text.split(' ') {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines += &format!("{line}\n");
            line = "#".to_owned();
        }
        line += &format!(" {word}");
    }
    lines + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// `make reference` sets this to have the files written instead of compared.
    const UPDATE: &str = "UPDATE_REFERENCE";

    #[test]
    fn the_reference_is_made_from_the_code() {
        for (name, made) in [(".env.sample", env_sample()), ("docs/configuration.md", markdown())] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
            if std::env::var_os(UPDATE).is_some() {
                std::fs::write(&path, &made).expect("the file can be written");
            }
            let kept = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(kept == made, "{name} is not what the settings say: run `make reference`");
        }
    }
}
