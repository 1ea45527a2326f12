//! The values of the settings, as text: from the environment, secrets also from files.

use crate::config::ConfigError;
use crate::config::settings;
use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

/// What is set, and the defaults of what is not, by name.
pub struct Values(HashMap<&'static str, String>);

impl Values {
    /// Looks up every setting; an empty value counts as not set.
    ///
    /// # Errors
    /// For a `…_FILE` that can't be read, or is set along with the name itself.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let set = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let mut values = HashMap::new();
        for setting in settings::all() {
            let name = setting.name;
            let file_name = format!("{name}_FILE");
            let value = match (set(name), set(&file_name).filter(|_| setting.secret)) {
                (Some(_), Some(_)) => {
                    return Err(ConfigError(format!(
                        "{name} and {file_name} are both set: remove one of them"
                    )));
                }
                (None, Some(path)) => Some(from_file(&file_name, path.trim())?),
                (value, None) => value,
            };
            let default = || (!setting.default.is_empty()).then(|| setting.default.to_owned());
            values.extend(value.or_else(default).map(|value| (name, value)));
        }
        Ok(Self(values))
    }

    /// What is set for the name, or its default.
    pub fn get(&self, name: &str) -> Option<String> {
        debug_assert!(settings::setting(name).is_some(), "{name} is not in the table of settings");
        self.0.get(name).cloned()
    }

    /// The same parsed as a `T`; without either, from an empty string.
    ///
    /// # Errors
    /// Names the setting and what is wrong with its value.
    pub fn parse<T: FromStr<Err: Display>>(&self, name: &str) -> Result<T, ConfigError> {
        let text = self.get(name).unwrap_or_default();
        text.trim().parse().map_err(|error| ConfigError(format!("{name}='{text}': {error}")))
    }
}

/// The file's text, trimmed: editors put a line break at its end.
fn from_file(name: &str, path: &str) -> Result<String, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError(format!("{name}={path} can't be read: {error}")))?;
    let text = text.trim();
    if text.is_empty() {
        return Err(ConfigError(format!("{name}={path} is empty: put the value into it")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_counts_and_else_the_table_s_default() {
        let set = |name: &str| match name {
            "PORT" => Some("3000".to_owned()),
            "RUST_LOG" => Some(" ".to_owned()),
            _ => None,
        };
        let values = Values::read(set).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(values.parse("PORT"), Ok(3000));
        let default = settings::setting("RUST_LOG").map(|setting| setting.default.to_owned());
        assert_eq!(values.get("RUST_LOG"), default);
        assert_eq!(values.get("PORTAL_URL"), None);
    }
}
