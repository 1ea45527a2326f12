//! A decoded form that is encoded again decodes to the same, whichever characters were escaped.

use portal::sandbox::decode_form;
use serde_json::{Map, Value};
use std::fmt::Write;

pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let decoded = decode_form(text);
    assert_eq!(decode_form(&escaped_throughout(text)), decoded);
    let Ok(form) = decoded else { return };
    let mut pairs = Vec::new();
    encode(&form, None, &mut pairs);
    assert!(pairs.len() <= text.split('&').filter(|pair| !pair.is_empty()).count());
    assert_eq!(decode_form(&pairs.join("&")), Ok(form));
    // What is appended replaces nothing.
    if let Ok(longer) = decode_form(&format!("{text}&a[]=b")) {
        let mut more = Vec::new();
        encode(&longer, None, &mut more);
        assert_eq!(more.len(), pairs.len() + 1);
    }
}

/// The pairs that encode an object, with its names inside `outer`.
fn encode(object: &Map<String, Value>, outer: Option<&str>, pairs: &mut Vec<String>) {
    for (key, value) in object {
        let name = outer.map_or(key.clone(), |outer| format!("{outer}[{key}]"));
        match value {
            Value::Object(inner) => encode(inner, Some(&name), pairs),
            Value::Array(rows) => {
                let rows = rows.iter().enumerate();
                let rows = rows.map(|(at, row)| (at.to_string(), row.clone())).collect();
                encode(&rows, Some(&name), pairs);
            }
            Value::String(text) => pairs.push(format!("{}={}", escape(&name), escape(text))),
            other => panic!("a leaf that is no text: {other}"),
        }
    }
}

fn escape(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        let _ = write!(escaped, "%{byte:02X}");
        escaped
    })
}

/// The same form with everything escaped that isn't yet.
fn escaped_throughout(text: &str) -> String {
    let pairs = text.split('&').map(|pair| {
        let mut halves = pair.splitn(2, '=').map(escape_the_rest);
        let name = halves.next().unwrap_or_default();
        halves.next().map_or(name.clone(), |value| format!("{name}={value}"))
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn escape_the_rest(half: &str) -> String {
    let bytes = half.as_bytes();
    let mut escaped = String::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match bytes.get(at..at + 3) {
            Some([b'%', high, low]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                escaped.push_str(&half[at..at + 3]);
                at += 3;
            }
            _ => {
                let plain = if *byte == b'+' { b' ' } else { *byte };
                let _ = write!(escaped, "%{plain:02x}");
                at += 1;
            }
        }
    }
    escaped
}
