use crate::api::ApiError;
use crate::model::ErrorCode;
use crate::ui::components::ErrorPage;
use dioxus::prelude::*;

/// The page for an unknown address.
#[component]
pub fn NotFound() -> Element {
    let error =
        ApiError::new(StatusCode::NOT_FOUND, ErrorCode::NoSuchPage, "There is no such page.");
    rsx! {
        ErrorPage { error }
    }
}
