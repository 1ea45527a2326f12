use crate::api::ApiError;
use crate::ui::components::ErrorPage;
use dioxus::prelude::*;

/// For an address that leads nowhere.
#[component]
pub fn NotFound() -> Element {
    let error =
        ApiError::new(StatusCode::NOT_FOUND, "not_found", "There is no page at this address.");
    rsx! {
        ErrorPage { error }
    }
}
