//! Every text of the pages, in every language, and how numbers and times are written. `{}` is a gap for
//! each value, in order; a text that counts has a singular and a plural, with "|" between.

mod account;
mod activity;
mod agents;
mod billing;
mod costs;
mod errors;
mod frame;
mod links;
mod phrases;
mod sign_on;
mod template;
mod tenants;

pub use links::Links;
pub use template::{fill, plural};

use crate::model::Language;
use crate::ui::visit::use_visit;
use account::Account;
use activity::Activity;
use agents::Agents;
use billing::Billing;
use errors::Errors;
use frame::Frame;
use sign_on::SignOn;
use tenants::Tenants;

/// The product's name, as shown in the frame and the titles.
pub const PRODUCT: &str = "Portal";

/// The texts of one language, by page.
#[derive(PartialEq)]
pub struct Words {
    pub language: Language,
    pub frame: Frame,
    pub billing: Billing,
    pub agents: Agents,
    pub activity: Activity,
    pub account: Account,
    pub tenants: Tenants,
    pub sign_on: SignOn,
    pub errors: Errors,
}

static EN: Words = Words {
    language: Language::En,
    frame: Frame::EN,
    billing: Billing::EN,
    agents: Agents::EN,
    activity: Activity::EN,
    account: Account::EN,
    tenants: Tenants::EN,
    sign_on: SignOn::EN,
    errors: Errors::EN,
};

static DE: Words = Words {
    language: Language::De,
    frame: Frame::DE,
    billing: Billing::DE,
    agents: Agents::DE,
    activity: Activity::DE,
    account: Account::DE,
    tenants: Tenants::DE,
    sign_on: SignOn::DE,
    errors: Errors::DE,
};

impl Words {
    /// The texts in this language.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::De => &DE,
        }
    }
}

/// The texts in the visitor's language.
pub fn use_words() -> &'static Words {
    Words::of(use_visit().language)
}

/// Declares texts by name, each in English and in German.
macro_rules! catalogue {
    ($(#[$doc:meta])* $name:ident { $($key:ident: $en:literal, $de:literal;)* }) => {
        $(#[$doc])*
        #[derive(PartialEq)]
        pub struct $name {
            $(pub $key: &'static str,)*
        }

        impl $name {
            pub const EN: Self = Self { $($key: $en,)* };
            pub const DE: Self = Self { $($key: $de,)* };

            /// Each text's name with its translations.
            #[cfg(test)]
            pub const ALL: &[(&str, [&str; 2])] = &[$((stringify!($key), [$en, $de]),)*];
        }
    };
}
use catalogue;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_text_with_the_same_gaps_and_forms() {
        let pages = [
            Frame::ALL,
            Billing::ALL,
            Agents::ALL,
            Activity::ALL,
            Account::ALL,
            Tenants::ALL,
            SignOn::ALL,
            Errors::ALL,
            Links::ALL,
        ];
        for (name, [en, de]) in pages.into_iter().flatten() {
            assert!(!en.is_empty() && !de.is_empty(), "{name} is empty");
            for mark in ["{}", "|"] {
                let count = |text: &str| text.matches(mark).count();
                assert_eq!(count(en), count(de), "{name} differs in its {mark}");
            }
        }
    }
}
