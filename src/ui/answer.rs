//! What a page is made from: loaded on the server while it renders, and taken over by the browser.
//!
//! Dioxus's loader is compiled anew for every type that is loaded, decoder and all, and those
//! copies were a quarter of the download. So there is one loader here, of text, and what it brings
//! along is the JSON that the browser's requests are answered with.

use crate::api::{ApiError, ApiResult, read_json};
use dioxus::fullstack::Loader;
use dioxus::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;

/// Asks while the page is rendered, and again whenever a signal read in `ask` changes. The answer
/// may be written to.
///
/// Suspends the component until the first answer.
pub fn use_answer<T, F>(
    mut ask: impl FnMut() -> F + 'static,
) -> Result<Signal<ApiResult<T>>, RenderError>
where
    T: Serialize + DeserializeOwned + 'static,
    F: Future<Output = ApiResult<T>> + 'static,
{
    // Nobody sees this error: until there is an answer, the component is suspended.
    let mut answer = use_signal(|| Err(ApiError::offline()));
    let mut asked = use_signal(|| false);
    let brought = use_text(Box::new(move || {
        let request = ask();
        Box::pin(async move {
            let answered = request.await;
            let text = text_of(&answered);
            answer.set(answered);
            asked.set(true);
            text
        })
    }))?;
    use_hook(|| {
        if !*asked.peek() {
            answer.set(
                read_json(&brought.peek())
                    .unwrap_or_else(|error| Err(ApiError::unreadable(&error))),
            );
        }
    });
    Ok(answer)
}

type Text = Pin<Box<dyn Future<Output = String>>>;

fn use_text(mut ask: Box<dyn FnMut() -> Text>) -> Result<Loader<String>, RenderError> {
    Ok(use_loader(move || {
        let text = ask();
        async move { Ok::<_, Infallible>(text.await) }
    })?)
}

/// What the server sends along with the page. The browser has nobody to tell.
fn text_of(answer: &impl Serialize) -> String {
    if cfg!(feature = "server") {
        serde_json::to_string(answer).unwrap_or_default()
    } else {
        String::new()
    }
}
