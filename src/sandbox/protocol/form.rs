//! Stripe's request encoding: forms whose names contain brackets, such as `items[0][quantity]=2`.

use serde_json::{Map, Value};
use thiserror::Error;

const DEEPEST: usize = 8;

/// Why a form cannot be decoded. Each names the parameter as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FormError {
    /// Its brackets don't match, it starts with one, or it is nested too deeply.
    #[error("Invalid parameter name: {0}")]
    Name(String),
    #[error("Invalid {0}: it is given both as a value and as an object")]
    ValueAndObject(String),
}

/// The pairs of a form or query string, decoded, in order.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (unescape(name), unescape(value))
        })
        .collect()
}

/// Decodes a form or query string into a nested value; all its leaves are strings.
///
/// # Errors
/// [`FormError`] for a name that is malformed or contradicts another.
pub fn decode(text: &str) -> Result<Map<String, Value>, FormError> {
    let mut root = Map::new();
    for (name, value) in pairs(text) {
        let Some(path) = path(&name) else { return Err(FormError::Name(name)) };
        insert(&mut root, &path, value).ok_or(FormError::ValueAndObject(name))?;
    }
    Ok(root.into_iter().map(|(key, value)| arrays(&key, value)).collect())
}

fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(byte) = bytes.get(index) {
        let digits = bytes.get(index + 1..index + 3).filter(|_| *byte == b'%');
        match digits.and_then(|digits| hex::decode(digits).ok()?.pop()) {
            Some(decoded) => {
                plain.push(decoded);
                index += 3;
            }
            None => {
                plain.push(if *byte == b'+' { b' ' } else { *byte });
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// Splits `a[b][]` into `["a", "b", ""]`.
fn path(name: &str) -> Option<Vec<String>> {
    let Some((head, mut rest)) = name.find('[').map(|at| name.split_at(at)) else {
        return (!name.is_empty()).then(|| vec![name.to_owned()]);
    };
    let mut path = vec![head.to_owned()];
    while !rest.is_empty() {
        let (inner, after) = rest.strip_prefix('[')?.split_once(']')?;
        path.push(inner.to_owned());
        rest = after;
    }
    (!head.is_empty() && path.len() <= DEEPEST).then_some(path)
}

fn insert(map: &mut Map<String, Value>, path: &[String], value: String) -> Option<()> {
    let (head, rest) = path.split_first()?;
    let key = if head.is_empty() { free_index(map) } else { head.clone() };
    if rest.is_empty() {
        if map.get(&key).is_some_and(Value::is_object) {
            return None;
        }
        map.insert(key, Value::String(value));
        return Some(());
    }
    match map.entry(key).or_insert_with(|| Value::Object(Map::new())) {
        Value::Object(inner) => insert(inner, rest, value),
        _ => None,
    }
}

/// The index for a value given as `[]`: after the existing ones, and never that of another.
fn free_index(map: &Map<String, Value>) -> String {
    let mut index = map.len();
    while map.contains_key(&index.to_string()) {
        index += 1;
    }
    index.to_string()
}

/// Turns objects whose keys are all numbers into arrays, except in `metadata`, whose keys are free.
fn arrays(key: &str, value: Value) -> (String, Value) {
    let value = match value {
        Value::Object(map) if key == "metadata" => Value::Object(map),
        Value::Object(map) => {
            let indexes: Option<Vec<u32>> = map.keys().map(|key| key.parse().ok()).collect();
            let converted = map.into_iter().map(|(key, value)| arrays(&key, value));
            match indexes {
                Some(indexes) if !indexes.is_empty() => {
                    let mut rows: Vec<(u32, Value)> =
                        indexes.into_iter().zip(converted.map(|(_, value)| value)).collect();
                    rows.sort_by_key(|(index, _)| *index);
                    Value::Array(rows.into_iter().map(|(_, value)| value).collect())
                }
                _ => Value::Object(converted.collect()),
            }
        }
        other => other,
    };
    (key.to_owned(), value)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn decode(text: &str) -> Value {
        Value::Object(super::decode(text).unwrap())
    }

    #[test]
    fn brackets_become_objects_and_arrays() {
        assert_eq!(
            decode(
                "items[0][price]=p&items[0][quantity]=2&expand[]=a&expand[]=b&metadata[0]=x&q=a+b%21"
            ),
            json!({
                "items": [{"price": "p", "quantity": "2"}],
                "expand": ["a", "b"],
                "metadata": {"0": "x"},
                "q": "a b!",
            })
        );
    }

    #[test]
    fn arrays_keep_their_order_beyond_nine() {
        let text: Vec<String> = (0..12).map(|index| format!("a[{index}]={index}")).collect();
        let expected: Vec<String> = (0..12).map(|index| index.to_string()).collect();
        assert_eq!(decode(&text.join("&")), json!({ "a": expected }));
    }

    #[test]
    fn what_is_appended_takes_no_other_s_place() {
        assert_eq!(decode("a[1]=x&a[]=y&a[]=z"), json!({"a": ["x", "y", "z"]}));
    }

    #[test]
    fn malformed_names_are_refused_and_malformed_escapes_kept() {
        assert!(super::decode("a[b=1").is_err());
        assert!(super::decode("[]=1").is_err());
        assert!(super::decode("a=1&a[b]=2").is_err());
        assert!(super::decode("a[][][][][][][][][]=2").is_err());
        assert_eq!(decode("a=%zz%e2%82%ac%"), json!({"a": "%zz€%"}));
        assert_eq!(decode("a=%+e"), json!({"a": "% e"}));
    }
}
