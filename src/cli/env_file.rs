//! Writing values into a .env file.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{ErrorKind, Result, Write};
use std::path::Path;
use uuid::Uuid;

/// May hold several secrets: an old one stays valid until the new one is known everywhere.
pub const WEBHOOK_SECRET: &str = "STRIPE_WEBHOOK_SECRET";

/// Whether the file has a value under this name.
pub fn sets(path: &Path, name: &str) -> bool {
    let Ok(pairs) = dotenvy::from_path_iter(path) else { return false };
    pairs
        .map_while(std::result::Result::ok)
        .any(|(known, value)| known == name && !value.is_empty())
}

/// Writes the values into the file, replacing those with the same names (an old signing secret stays
/// beside the new one); the rest stays. A new file is readable by its owner only.
///
/// # Errors
/// When the file can't be read or written: it is left as it was.
pub fn put(path: &Path, values: &[(&str, String)]) -> Result<()> {
    // If it is a symlink, its target is written.
    let (path, before, old) = match path.canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound => (path.to_owned(), String::new(), None),
        real => {
            let real = real?;
            let (text, old) = (std::fs::read_to_string(&real)?, real.metadata()?);
            (real, text, Some(old))
        }
    };
    let beside = path.with_added_extension(Uuid::new_v4().simple().to_string());
    let written = write(&beside, &merged(&before, values), old.as_ref())
        .and_then(|()| std::fs::rename(&beside, &path));
    written.inspect_err(|_| {
        let _ = std::fs::remove_file(&beside);
    })
}

/// Writes a new file, with the owner and the permissions of the old one.
fn write(path: &Path, text: &str, old: Option<&Metadata>) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    if let Some(old) = old {
        take_after(&file, old)?;
    }
    file.sync_all()
}

fn take_after(file: &File, old: &Metadata) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        fchown(file, Some(old.uid()), Some(old.gid()))?;
    }
    file.set_permissions(old.permissions())
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
            Some(known) if *name == WEBHOOK_SECRET => format!("{name}={value},{known}"),
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
