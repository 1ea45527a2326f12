//! What only a browser can do. The server renders without it, with stand-ins that mostly do nothing.

mod feed;

pub use feed::{Feed, Heard};

use crate::model::Timestamp;
use crate::ui::visit::Theme;
use dioxus::prelude::{KeyboardEvent, MountedEvent, MouseEvent};

/// Waits for this many milliseconds.
pub async fn pause(milliseconds: u32) {
    #[cfg(feature = "web")]
    gloo_timers::future::TimeoutFuture::new(milliseconds).await;
    #[cfg(not(feature = "web"))]
    let _ = milliseconds;
}

/// How many minutes the visitor's clock is ahead of UTC at this moment.
pub fn minutes_from_utc(at: Timestamp) -> i64 {
    #[cfg(feature = "web")]
    {
        let milliseconds = wasm_bindgen::JsValue::from_f64(at.timestamp_millis() as f64);
        -js_sys::Date::new(&milliseconds).get_timezone_offset() as i64
    }
    #[cfg(not(feature = "web"))]
    {
        let _ = at;
        0
    }
}

/// Applies this appearance to the page, and stores it in a cookie.
pub fn set_theme(theme: Theme) {
    #[cfg(feature = "web")]
    {
        use wasm_bindgen::JsCast;
        let document = web_sys::window().and_then(|window| window.document());
        let Some(document) = document else { return };
        if let Some(root) = document.document_element() {
            let _ = root.set_attribute("data-theme", theme.as_str());
        }
        if let Some(document) = document.dyn_ref::<web_sys::HtmlDocument>() {
            let _ = document.set_cookie(&theme.cookie());
        }
    }
    #[cfg(not(feature = "web"))]
    let _ = theme;
}

/// The element with this id, if it is of this kind.
#[cfg(feature = "web")]
fn element<Kind: wasm_bindgen::JsCast>(id: &str) -> Option<Kind> {
    use wasm_bindgen::JsCast;
    web_sys::window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Removes the element with this id, and returns its text.
pub fn take_text(id: &str) -> Option<String> {
    #[cfg(feature = "web")]
    {
        let element = element::<web_sys::Element>(id)?;
        element.remove();
        element.text_content()
    }
    #[cfg(not(feature = "web"))]
    {
        let _ = id;
        None
    }
}

/// Moves the focus to the element with this id.
pub fn focus(id: &str) {
    #[cfg(feature = "web")]
    if let Some(element) = element::<web_sys::HtmlElement>(id) {
        let _ = element.focus();
    }
    #[cfg(not(feature = "web"))]
    let _ = id;
}

/// Focuses the field with this id, if it is visible, and selects its text.
pub fn select(id: &str) {
    #[cfg(feature = "web")]
    if let Some(field) = element::<web_sys::HtmlInputElement>(id) {
        let _ = field.focus();
        field.select();
    }
    #[cfg(not(feature = "web"))]
    let _ = id;
}

/// Closes the `<dialog>` with this id.
pub fn close(id: &str) {
    #[cfg(feature = "web")]
    if let Some(dialog) = element::<web_sys::HtmlDialogElement>(id) {
        dialog.close();
    }
    #[cfg(not(feature = "web"))]
    let _ = id;
}

/// Closes the open popover with this id.
pub fn close_popover(id: &str) {
    #[cfg(feature = "web")]
    if let Some(popover) = element::<web_sys::HtmlElement>(id) {
        let _ = popover.hide_popover();
    }
    #[cfg(not(feature = "web"))]
    let _ = id;
}

/// The text of a field at hydration: somebody may have typed before.
pub fn typed(field: &MountedEvent) -> String {
    #[cfg(feature = "web")]
    {
        use dioxus::web::WebEventExt;
        use wasm_bindgen::JsCast;
        let element = field.data().try_as_web_event();
        let input = element.and_then(|one| one.dyn_into::<web_sys::HtmlInputElement>().ok());
        input.map(|input| input.value()).unwrap_or_default()
    }
    #[cfg(not(feature = "web"))]
    {
        let _ = field;
        String::new()
    }
}

/// Whether this is the second click of a double click, or a later one.
pub fn clicked_again(click: &MouseEvent) -> bool {
    #[cfg(feature = "web")]
    {
        use dioxus::web::WebEventExt;
        click.data().try_as_web_event().is_some_and(|click| click.detail() > 1)
    }
    #[cfg(not(feature = "web"))]
    {
        let _ = click;
        false
    }
}

/// Whether Escape was pressed. Dioxus would parse the name of any key, for a larger download.
pub fn is_escape(press: &KeyboardEvent) -> bool {
    #[cfg(feature = "web")]
    {
        use dioxus::web::WebEventExt;
        press.data().try_as_web_event().is_some_and(|press| press.key() == "Escape")
    }
    #[cfg(not(feature = "web"))]
    {
        let _ = press;
        false
    }
}

/// Opens or closes the `<details>` with this id.
pub fn set_open(id: &str, open: bool) {
    #[cfg(feature = "web")]
    if let Some(details) = element::<web_sys::Element>(id) {
        let _ = details.toggle_attribute_with_force("open", open);
    }
    #[cfg(not(feature = "web"))]
    let _ = (id, open);
}

/// The values of the checked inputs with this name.
pub fn ticked(name: &str) -> Vec<String> {
    #[cfg(feature = "web")]
    {
        use wasm_bindgen::JsCast;
        let document = web_sys::window().and_then(|window| window.document());
        let list = document.and_then(|document| {
            document.query_selector_all(&format!("[name={name}]:checked")).ok()
        });
        let Some(list) = list else { return Vec::new() };
        (0..list.length())
            .filter_map(|at| list.get(at)?.dyn_into::<web_sys::HtmlInputElement>().ok())
            .map(|input| input.value())
            .collect()
    }
    #[cfg(not(feature = "web"))]
    {
        let _ = name;
        Vec::new()
    }
}

/// The text in lower case; a browser already has the tables for that.
pub fn lowercase(text: &str) -> String {
    #[cfg(feature = "web")]
    {
        js_sys::JsString::from(text).to_lower_case().into()
    }
    #[cfg(not(feature = "web"))]
    text.to_lowercase()
}

/// Whether the browser is online.
pub fn is_online() -> bool {
    #[cfg(feature = "web")]
    {
        web_sys::window().is_some_and(|window| window.navigator().on_line())
    }
    #[cfg(not(feature = "web"))]
    true
}
