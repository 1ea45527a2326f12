//! What a page is made from: loaded on the server while rendering, and reused by the browser.

use crate::api::{ApiError, ApiResult};
use crate::ui::page_data::{PageData, take};
use dioxus::core::{SuspendedFuture, Task};
use dioxus::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

/// Loads data while the page is rendered, and again whenever a signal read in `ask` changes. The signal
/// is writable. `name` is what the data travels under, unique within a page.
///
/// Suspends the component until the first response.
pub fn use_answer<T, F>(
    name: &'static str,
    mut ask: impl FnMut() -> F + 'static,
) -> Result<Signal<ApiResult<T>>, RenderError>
where
    T: Serialize + DeserializeOwned + 'static,
    F: Future<Output = ApiResult<T>> + 'static,
{
    let mut waits = use_signal(|| false);
    let mut answer = use_signal(|| {
        take(name).unwrap_or_else(|| {
            waits.set(true);
            // Never seen: the component is suspended until there is a response.
            Err(ApiError::offline())
        })
    });
    let is_known = use_hook(|| Rc::new(Cell::new(!*waits.peek())));
    let page = use_hook(PageData::here);
    let asking = use_asking(Box::new(move || {
        let request = ask();
        let (page, known) = (page.clone(), is_known.take());
        Box::pin(async move {
            if !known {
                let answered = request.await;
                page.add(name, &answered);
                answer.set(answered);
                waits.set(false);
            }
        })
    }));
    if waits() { Err(RenderError::Suspended(SuspendedFuture::new(asking))) } else { Ok(answer) }
}

type Asking = Pin<Box<dyn Future<Output = ()>>>;

/// Runs what `ask` returns. Boxed, so that the download has this once and not once per type.
fn use_asking(ask: Box<dyn FnMut() -> Asking>) -> Task {
    let resource = use_resource(ask);
    // What is known already must not suspend.
    use_hook(|| {
        let _ = resource.task().poll_now();
    });
    resource.task()
}
