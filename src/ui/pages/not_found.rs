use crate::api::ApiError;
use crate::ui::components::ErrorPage;
use dioxus::prelude::*;

/// For an address that leads nowhere.
#[component]
pub fn NotFound() -> Element {
    let error = ApiError::new(StatusCode::NOT_FOUND, "no_such_page", "There is no such page.");
    rsx! {
        ErrorPage { error }
    }
}
