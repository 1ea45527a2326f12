//! Putting values into a file of the environment.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Result, Write};
use std::path::Path;

/// Signing secrets may be several: an old one still counts until the new one is known everywhere.
const SEVERAL: &str = "STRIPE_WEBHOOK_SECRET";

/// Puts the values into the file, in place of what was there under the same names; the rest of it
/// stays. A new file can be read by its owner alone.
///
/// # Errors
/// When the file can't be read or written.
pub fn put(path: &Path, values: &[(&str, String)]) -> Result<()> {
    let before = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        text => text?,
    };
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(merged(&before, values).as_bytes())
}

fn merged(before: &str, values: &[(&str, String)]) -> String {
    let mut lines: Vec<String> = before.lines().map(str::to_owned).collect();
    for (name, value) in values {
        let earlier = |line: &String| {
            line.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')).map(str::to_owned)
        };
        let known = lines.iter().find_map(earlier).filter(|known| !known.is_empty());
        lines.retain(|line| earlier(line).is_none());
        lines.push(match known {
            Some(known) if *name == SEVERAL => format!("{name}={value},{known}"),
            _ => format!("{name}={value}"),
        });
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn a_new_secret_stands_beside_the_old_one_and_other_values_are_replaced() {
        let before = "# mine\nA=1\nSTRIPE_WEBHOOK_SECRET=whsec_old\n#A=2\n";
        let values = [("A", "3".to_owned()), ("STRIPE_WEBHOOK_SECRET", "whsec_new".to_owned())];
        assert_eq!(
            merged(before, &values),
            "# mine\n#A=2\nA=3\nSTRIPE_WEBHOOK_SECRET=whsec_new,whsec_old\n"
        );
        assert_eq!(merged("", &values[..1]), "A=3\n");
    }
}
