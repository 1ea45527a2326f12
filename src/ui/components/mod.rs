//! The building blocks of the pages. Variants are small enums, rendered to a `data-` attribute for the
//! style sheet. What has neither state nor children is a function.

mod badge;
mod banner;
mod button;
mod dialog;
mod empty;
mod error;
mod form;
mod heading;
mod link;
mod meter;
mod pages;
mod skeleton;
mod step_form;
mod stepper;
mod stray_error;
mod toast;

pub use badge::badge;
pub use banner::{Banner, BannerTone};
pub use button::{Button, ButtonKind};
pub use dialog::Dialog;
pub use empty::Empty;
#[cfg(debug_assertions)]
pub use error::Problem;
pub use error::{ErrorPage, Failure, error_note};
pub use form::{PostForm, field, use_form_token};
pub use heading::Heading;
pub use link::{LinkButton, open_in_place, open_in_place_and};
pub use meter::meter;
pub use pages::Pages;
pub use skeleton::{SkeletonShape, skeleton};
pub use step_form::step_form;
pub use stepper::{Stepper, read_count};
pub use stray_error::StrayError;
pub use toast::{Toaster, use_toasts, use_toasts_provider};
