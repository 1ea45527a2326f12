use crate::ui::words::PRODUCT;
use dioxus::prelude::*;

/// The page's heading, and the document's title.
///
/// Dioxus's own `Title` sets it by evaluating a string in the browser, which a strict
/// Content-Security-Policy forbids; this sets the property.
#[component]
pub fn Heading(title: String) -> Element {
    let document_title = format!("{title} · {PRODUCT}");
    #[cfg(not(feature = "web"))]
    use_hook(|| dioxus::document::document().set_title(document_title.clone()));
    rsx! {
        h1 {
            onmounted: move |event| {
                set_title(&event, &document_title);
            },
            "{title}"
        }
    }
}

#[cfg(feature = "web")]
fn set_title(event: &MountedEvent, title: &str) {
    use dioxus::web::WebEventExt;
    let element = event.data().try_as_web_event();
    if let Some(document) = element.and_then(|element| element.owner_document()) {
        document.set_title(title);
    }
}

/// Nothing is ever mounted on the server.
#[cfg(not(feature = "web"))]
fn set_title(_: &MountedEvent, _: &str) {}
