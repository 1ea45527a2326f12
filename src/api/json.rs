//! Reads and writes JSON; in the browser with the browser's own parser, which adds nothing to the
//! download.

#[cfg(feature = "web")]
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Parses JSON.
///
/// # Errors
/// Why it can't be parsed.
#[cfg(feature = "web")]
pub fn read_json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let value = js_sys::JSON::parse(text).map_err(|_| "it is no JSON".to_owned())?;
    serde_wasm_bindgen::from_value(value).map_err(|error| error.to_string())
}

/// The same on the server.
///
/// # Errors
/// Why it can't be parsed.
#[cfg(not(feature = "web"))]
pub fn read_json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// Writes a value as JSON; `None` if JSON can't express it.
#[cfg(feature = "web")]
pub fn write_json(value: &impl Serialize) -> Option<String> {
    let value = value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).ok()?;
    js_sys::JSON::stringify(&value).ok()?.as_string()
}
