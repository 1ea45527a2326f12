use crate::api::ApiError;
use crate::model::ErrorCode;
use crate::ui::components::ErrorPage;
use dioxus::prelude::*;

/// For an address that leads nowhere.
#[component]
pub fn NotFound() -> Element {
    let error =
        ApiError::new(StatusCode::NOT_FOUND, ErrorCode::NoSuchPage, "There is no such page.");
    rsx! {
        ErrorPage { error }
    }
}
