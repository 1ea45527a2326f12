//! Short, total access to the JSON values that the sandbox keeps its objects in.
//!
//! Paths are dotted (`items.data.0.quantity`). Reading a missing path gives an empty value, so that no
//! malformed request can make the emulator panic.

use serde_json::{Map, Value};

/// Reading and writing fields by path.
pub trait Fields {
    /// The value at a path, unless it is absent or null.
    fn at(&self, path: &str) -> Option<&Value>;
    /// Writes a field, creating the objects on the way; an index beyond an array's end is ignored.
    fn put(&mut self, path: &str, value: impl Into<Value>);

    /// The text at a path; empty if there is none.
    fn text(&self, path: &str) -> &str {
        self.at(path).and_then(Value::as_str).unwrap_or_default()
    }
    /// The text at a path, if there is any.
    fn maybe_text(&self, path: &str) -> Option<&str> {
        self.at(path).and_then(Value::as_str).filter(|text| !text.is_empty())
    }
    /// The integer at a path; zero if there is none.
    fn int(&self, path: &str) -> i64 {
        self.maybe_int(path).unwrap_or_default()
    }
    /// The integer at a path, if there is one.
    fn maybe_int(&self, path: &str) -> Option<i64> {
        self.at(path).and_then(Value::as_i64)
    }
    /// Whether the field is `true`.
    fn flag(&self, path: &str) -> bool {
        self.at(path).and_then(Value::as_bool).unwrap_or_default()
    }
    /// The array at a path; empty if there is none.
    fn list(&self, path: &str) -> &[Value] {
        self.at(path).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Fields for Value {
    fn at(&self, path: &str) -> Option<&Value> {
        path.split('.')
            .try_fold(self, |value, key| match value {
                Value::Object(map) => map.get(key),
                Value::Array(list) => list.get(key.parse::<usize>().ok()?),
                _ => None,
            })
            .filter(|value| !value.is_null())
    }

    fn put(&mut self, path: &str, value: impl Into<Value>) {
        let (head, rest) = match path.split_once('.') {
            Some((head, rest)) => (head, Some(rest)),
            None => (path, None),
        };
        if let Value::Array(list) = self {
            if let Some(slot) = head.parse::<usize>().ok().and_then(|index| list.get_mut(index)) {
                match rest {
                    Some(rest) => slot.put(rest, value),
                    None => *slot = value.into(),
                }
            }
            return;
        }
        if !self.is_object() {
            *self = Value::Object(Map::new());
        }
        let Value::Object(map) = self else { return };
        match rest {
            Some(rest) => map.entry(head).or_insert(Value::Null).put(rest, value),
            None => {
                map.insert(head.to_owned(), value.into());
            }
        }
    }
}

/// Builds a JSON object: `object! { "id": id; null: description, url }`. Unlike `json!` it does
/// not recurse per field, and Stripe's objects have many.
macro_rules! object {
    ($($key:literal : $value:expr),* $(,)? $(; null: $($null:ident),* $(,)?)?) => {{
        let mut map = serde_json::Map::new();
        $(map.insert($key.to_owned(), serde_json::Value::from($value));)*
        $($(map.insert(stringify!($null).to_owned(), serde_json::Value::Null);)*)?
        serde_json::Value::Object(map)
    }};
}
pub(crate) use object;

/// What changed from `before` to `after`, as an event's `previous_attributes`: the old values, objects
/// by their changed keys only, arrays whole.
pub fn previous_attributes(before: &Value, after: &Value) -> Map<String, Value> {
    let (Value::Object(before), Value::Object(after)) = (before, after) else {
        return Map::new();
    };
    let mut previous = Map::new();
    for (key, old) in before.iter().filter(|(key, _)| !key.starts_with('_')) {
        match after.get(key) {
            Some(new) if new == old => {}
            Some(new) if old.is_object() && new.is_object() => {
                previous.insert(key.clone(), Value::Object(previous_attributes(old, new)));
            }
            _ => {
                previous.insert(key.clone(), old.clone());
            }
        }
    }
    for key in after.keys().filter(|key| !key.starts_with('_') && !before.contains_key(*key)) {
        previous.insert(key.clone(), Value::Null);
    }
    previous
}

/// The object as Stripe shows it: without the sandbox's own fields, whose names start with `_`.
pub fn public(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let own = map.contains_key("object");
            Value::Object(
                map.iter()
                    .filter(|(key, _)| !(own && key.starts_with('_')))
                    .map(|(key, value)| (key.clone(), public(value)))
                    .collect(),
            )
        }
        Value::Array(list) => Value::Array(list.iter().map(public).collect()),
        other => other.clone(),
    }
}
