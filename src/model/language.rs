//! The languages of the pages.

use serde::{Deserialize, Serialize};

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    En,
    De,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// Its BCP 47 tag, as in `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// Its name for itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
        }
    }

    /// The language of a BCP 47 tag, whatever its region: "de" and "de-AT" are German.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }
}

/// What a visitor's request says about their language.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Copy)]
pub struct VisitorLanguage {
    /// The one that they have chosen here. Without one, Stripe's pages follow the browser, whose languages
    /// may be more than the portal's.
    pub chosen: Option<Language>,
    /// The one chosen, or else the browser's first, if the portal speaks that.
    pub spoken: Option<Language>,
}
