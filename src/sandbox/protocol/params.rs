//! Typed access to a request's parameters, with Stripe's errors for invalid ones.

use crate::sandbox::protocol::errors::ApiError;
use crate::sandbox::value::Fields;
use serde_json::{Map, Value};

/// A request's parameters, or a nested part of them. `prefix` names that part in errors.
#[derive(Clone, Debug)]
pub struct Params {
    map: Map<String, Value>,
    prefix: String,
}

impl Params {
    /// The parameters of a whole request.
    pub fn new(map: Map<String, Value>) -> Params {
        Params { map, prefix: String::new() }
    }

    /// The full name of a parameter, as in Stripe's errors: `subscription_data[trial_end]`.
    pub fn name(&self, key: &str) -> String {
        if self.prefix.is_empty() { key.to_owned() } else { format!("{}[{key}]", self.prefix) }
    }

    /// The same parameters, if Stripe takes every name given. `takes` is separated by spaces.
    pub fn taking(self, takes: &str) -> Result<Params, ApiError> {
        let unknown = self.keys().find(|key| !lists(takes, key)).map(|key| self.name(key));
        match unknown {
            Some(unknown) => Err(ApiError::unknown(&unknown)),
            None => Ok(self),
        }
    }

    /// The names given.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.map.keys().map(String::as_str)
    }

    /// Whether the parameter was given at all, even as an empty text.
    pub fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    /// Whether the parameter was given as an empty text: Stripe's way to clear a field.
    pub fn clears(&self, key: &str) -> bool {
        self.map.get(key).and_then(Value::as_str) == Some("")
    }

    /// A text, if given and not empty.
    pub fn text(&self, key: &str) -> Result<Option<&str>, ApiError> {
        match self.map.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(ApiError::invalid(
                &self.name(key),
                format!("Invalid string: {}", self.name(key)),
            )),
        }
    }

    /// A text that is required.
    pub fn required(&self, key: &str) -> Result<&str, ApiError> {
        self.text(key)?.ok_or_else(|| ApiError::missing(&self.name(key)))
    }

    /// An integer, if given.
    pub fn int(&self, key: &str) -> Result<Option<i64>, ApiError> {
        match self.text(key)? {
            None => Ok(None),
            Some(text) => {
                text.parse().map(Some).map_err(|_| ApiError::not_integer(&self.name(key), text))
            }
        }
    }

    /// An integer within bounds, if given.
    pub fn int_in(
        &self,
        key: &str,
        bounds: std::ops::RangeInclusive<i64>,
    ) -> Result<Option<i64>, ApiError> {
        match self.int(key)? {
            Some(value) if !bounds.contains(&value) => Err(ApiError::invalid(
                &self.name(key),
                format!(
                    "Invalid {}: {value}. It must be between {} and {}.",
                    self.name(key),
                    bounds.start(),
                    bounds.end()
                ),
            )),
            value => Ok(value),
        }
    }

    /// A boolean, if given.
    pub fn flag(&self, key: &str) -> Result<Option<bool>, ApiError> {
        match self.text(key)? {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(text) => {
                Err(ApiError::invalid(&self.name(key), format!("Invalid boolean: {text}")))
            }
        }
    }

    /// One of several words, if given.
    pub fn choice(&self, key: &str, choices: &[&str]) -> Result<Option<&str>, ApiError> {
        match self.text(key)? {
            Some(text) if !choices.contains(&text) => Err(ApiError::invalid(
                &self.name(key),
                format!("Invalid {}: must be one of {}", self.name(key), choices.join(", ")),
            )),
            text => Ok(text),
        }
    }

    /// Any of several words; none if absent.
    pub fn choices(&self, key: &str, choices: &[&str]) -> Result<Vec<String>, ApiError> {
        let chosen = self.texts(key)?;
        match chosen.iter().find(|chosen| !choices.contains(&chosen.as_str())) {
            Some(unknown) => Err(ApiError::invalid(
                &self.name(key),
                format!("Invalid {}: {unknown} is none of {}", self.name(key), choices.join(", ")),
            )),
            None => Ok(chosen),
        }
    }

    /// A nested object with the names it takes, as in [`Params::taking`]; empty if absent.
    pub fn object(&self, key: &str, takes: &str) -> Result<Params, ApiError> {
        self.nested(key)?.taking(takes)
    }

    fn nested(&self, key: &str) -> Result<Params, ApiError> {
        match self.map.get(key) {
            None => Ok(Params { map: Map::new(), prefix: self.name(key) }),
            Some(Value::String(text)) if text.is_empty() => {
                Ok(Params { map: Map::new(), prefix: self.name(key) })
            }
            Some(Value::Object(map)) => Ok(Params { map: map.clone(), prefix: self.name(key) }),
            Some(_) => Err(ApiError::invalid(&self.name(key), "Invalid object")),
        }
    }

    /// A list of objects with the names they take, as in [`Params::taking`]; empty if absent.
    pub fn objects(&self, key: &str, takes: &str) -> Result<Vec<Params>, ApiError> {
        self.array(key)?
            .iter()
            .enumerate()
            .map(|(index, value)| match value {
                Value::Object(map) => {
                    let prefix = format!("{}[{index}]", self.name(key));
                    Params { map: map.clone(), prefix }.taking(takes)
                }
                _ => Err(ApiError::invalid(&self.name(key), "Invalid object")),
            })
            .collect()
    }

    /// A list of texts; empty if absent.
    pub fn texts(&self, key: &str) -> Result<Vec<String>, ApiError> {
        self.array(key)?
            .iter()
            .map(|value| {
                value
                    .as_str()
                    .map(str::to_owned)
                    .ok_or_else(|| ApiError::invalid(&self.name(key), "Invalid string"))
            })
            .collect()
    }

    fn array(&self, key: &str) -> Result<&[Value], ApiError> {
        match self.map.get(key) {
            None => Ok(&[]),
            Some(Value::String(text)) if text.is_empty() => Ok(&[]),
            Some(Value::Array(list)) => Ok(list),
            Some(_) => Err(ApiError::invalid(&self.name(key), "Invalid array")),
        }
    }

    /// Merges `metadata` into an object's, as Stripe does: an empty value removes its key, and an empty
    /// `metadata` removes all keys.
    pub fn merge_metadata(&self, object: &mut Value) -> Result<(), ApiError> {
        if self.clears("metadata") {
            object.put("metadata", Value::Object(Map::new()));
            return Ok(());
        }
        let given = self.nested("metadata")?;
        let mut merged =
            object.at("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
        for key in given.keys() {
            match given.text(key)? {
                Some(value) if key.chars().count() <= 40 && value.chars().count() <= 500 => {
                    merged.insert(key.to_owned(), Value::from(value));
                }
                Some(_) => {
                    return Err(ApiError::invalid(
                        &given.name(key),
                        "Metadata keys can have up to 40 characters, and values up to 500.",
                    ));
                }
                None => {
                    merged.remove(key);
                }
            }
        }
        if merged.len() > 50 {
            return Err(ApiError::invalid("metadata", "Metadata can have up to 50 keys."));
        }
        object.put("metadata", Value::Object(merged));
        Ok(())
    }

    /// Copies these texts into an object, if given; an empty one clears the field.
    pub fn copy_texts(&self, object: &mut Value, keys: &[&str]) -> Result<(), ApiError> {
        for key in keys.iter().filter(|key| self.has(key)) {
            object.put(key, self.text(key)?);
        }
        Ok(())
    }

    /// Copies these booleans into an object, if given.
    pub fn copy_flags(&self, object: &mut Value, keys: &[&str]) -> Result<(), ApiError> {
        for key in keys {
            if let Some(flag) = self.flag(key)? {
                object.put(key, flag);
            }
        }
        Ok(())
    }

    /// Whether a time lies in the requested range: `created=1` or `created[gte]=1`.
    pub fn range(&self, key: &str) -> Result<impl Fn(i64) -> bool + use<>, ApiError> {
        let (exact, bounds) = match self.map.get(key) {
            Some(Value::String(_)) => (self.int(key)?, Params::new(Map::new())),
            _ => (None, self.object(key, "gt gte lt lte")?),
        };
        let (gt, gte, lt, lte) =
            (bounds.int("gt")?, bounds.int("gte")?, bounds.int("lt")?, bounds.int("lte")?);
        Ok(move |value| {
            exact.is_none_or(|bound| value == bound)
                && gt.is_none_or(|bound| value > bound)
                && gte.is_none_or(|bound| value >= bound)
                && lt.is_none_or(|bound| value < bound)
                && lte.is_none_or(|bound| value <= bound)
        })
    }
}

/// Whether a space-separated list of names contains this one.
pub fn lists(names: &str, name: &str) -> bool {
    names.split(' ').any(|listed| listed == name)
}
