//! Reading and writing JSON: in the browser by the browser's own parser, which is there already and so
//! adds nothing to the download.

#[cfg(feature = "web")]
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What this text says.
///
/// # Errors
/// Why it can't be read.
#[cfg(feature = "web")]
pub fn read_json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let value = js_sys::JSON::parse(text).map_err(|_| "it is no JSON".to_owned())?;
    serde_wasm_bindgen::from_value(value).map_err(|error| error.to_string())
}

/// The same on the server.
///
/// # Errors
/// Why it can't be read.
#[cfg(not(feature = "web"))]
pub fn read_json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// The text that says this; `None` where JSON has no word for it.
#[cfg(feature = "web")]
pub fn write_json(value: &impl Serialize) -> Option<String> {
    let value = value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).ok()?;
    js_sys::JSON::stringify(&value).ok()?.as_string()
}
