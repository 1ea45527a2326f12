//! The values of the settings, as text: from the environment, secrets also from files.

use crate::config::ConfigError;
use crate::config::settings;
use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

/// What is set, by name.
pub struct Values(HashMap<&'static str, String>);

impl Values {
    /// Looks every setting up; an empty value counts as none.
    ///
    /// # Errors
    /// For a `…_FILE` that can't be read, or is set beside the name itself.
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
            values.extend(value.map(|value| (name, value)));
        }
        Ok(Self(values))
    }

    /// What is set for the name.
    pub fn get(&self, name: &str) -> Option<String> {
        debug_assert!(settings::setting(name).is_some(), "{name} is not in the table of settings");
        self.0.get(name).cloned()
    }

    /// What is set for the name, read as a `T`.
    ///
    /// # Errors
    /// Names the setting and what is wrong with its value.
    pub fn parse<T: FromStr<Err: Display>>(
        &self,
        name: &str,
        default: T,
    ) -> Result<T, ConfigError> {
        match self.get(name) {
            None => Ok(default),
            Some(text) => text
                .trim()
                .parse()
                .map_err(|error| ConfigError(format!("{name}='{text}': {error}"))),
        }
    }

    /// A switch, off unless turned on.
    ///
    /// # Errors
    /// For anything but true and false.
    pub fn flag(&self, name: &str) -> Result<bool, ConfigError> {
        match self.get(name).as_deref().map(str::trim) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(ConfigError(format!("{name} must be true or false, not '{other}'"))),
        }
    }
}

/// The file's text without the line break that editors put at its end.
fn from_file(name: &str, path: &str) -> Result<String, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError(format!("{name}={path} can't be read: {error}")))?;
    let text = text.trim();
    if text.is_empty() {
        return Err(ConfigError(format!("{name}={path} is empty: put the value into it")));
    }
    Ok(text.to_owned())
}
