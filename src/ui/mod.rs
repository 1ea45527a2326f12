//! The pages: rendered on the server with their data, then hydrated by the browser.
//!
//! Nothing here reads a clock, a locale or a random number while rendering: the browser's first render
//! must match the server's.

mod answer;
mod browser;
pub mod choice;
mod components;
mod dates;
mod layout;
mod live;
mod mutation;
pub mod page_data;
mod pages;
mod route;
pub mod visit;
pub mod words;

use dioxus::prelude::*;
pub use pages::{FollowedLink, Guest, LinkPage, LinkProblem, Opens};
pub use route::Route;

/// Linked in the head of `index.html` by dx, so that the page is styled before any script runs. Not
/// minified: that would lower them to browsers that this product does not target.
pub const STYLE_SHEETS: [Asset; 2] = [
    asset!("/assets/tokens.css", AssetOptions::css().with_static_head(true).with_minify(false)),
    asset!("/assets/portal.css", AssetOptions::css().with_static_head(true).with_minify(false)),
];

/// The application's root.
#[component]
pub fn App() -> Element {
    visit::use_visit_provider();
    dates::use_dates_provider();
    rsx! {
        Router::<Route> {}
    }
}
