//! Errors in one line.

use std::error::Error;
use std::iter::successors;

/// What went wrong, and why: an error with those that caused it.
pub fn with_causes(error: &dyn Error) -> String {
    let all = successors(Some(error), |&error| error.source()).map(ToString::to_string);
    all.collect::<Vec<_>>().join(": ")
}
