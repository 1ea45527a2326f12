//! The data sent along with a page, so that the browser need not request it again: JSON by name, each
//! in its own `<script type="application/json">`, which runs nothing.
//!
//! Dioxus's own format writes each byte as a number and all of them as Base64: nearly four times as
//! much to produce, send and read.

use crate::api::read_json;
use crate::ui::browser;
use serde::Serialize;
use serde::de::DeserializeOwned;
#[cfg(feature = "server")]
use std::sync::{Arc, Mutex, PoisonError};

/// The data of a page that is being rendered. Each request for a page has one.
#[derive(Clone, Default)]
pub struct PageData(#[cfg(feature = "server")] Arc<Mutex<String>>);

impl PageData {
    /// Returns the page's own; in the browser, one that discards everything.
    pub fn here() -> Self {
        #[cfg(feature = "server")]
        {
            let context = dioxus::fullstack::FullstackContext::current();
            context.and_then(|context| context.extension()).unwrap_or_default()
        }
        #[cfg(not(feature = "server"))]
        Self()
    }

    /// Adds a value, for [`take`] in the browser. Names are unique within a page.
    pub fn add(&self, name: &str, value: &impl Serialize) {
        #[cfg(feature = "server")]
        {
            let json = serde_json::to_string(value).unwrap_or_default().replace('<', "\\u003c");
            let id = id(name);
            let element = format!("<script type=\"application/json\" id=\"{id}\">{json}</script>");
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) += &element;
        }
        #[cfg(not(feature = "server"))]
        let _ = (name, value);
    }

    /// The elements that carry all of it.
    #[cfg(feature = "server")]
    pub fn into_elements(self) -> String {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Returns what the page brought under this name, the first time that it is asked for.
pub fn take<T: DeserializeOwned>(name: &str) -> Option<T> {
    read_json(&browser::take_text(&id(name))?).ok()
}

fn id(name: &str) -> String {
    format!("data-{name}")
}
