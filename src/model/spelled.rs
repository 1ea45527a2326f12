//! Enums that are words in the database, in JSON, in forms and in addresses.

/// Why a string is none of an enum's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} '{text}'")]
pub struct UnknownWord {
    pub(crate) what: &'static str,
    pub(crate) text: String,
}

/// Declares an enum with one spelling for each variant, and what to call it in the error for an unknown
/// word.
macro_rules! spelled {
    (
        $(#[$meta:meta])*
        $name:ident, $what:literal {
            $($(#[$of_variant:meta])* $variant:ident = $text:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
        pub enum $name {
            $($(#[$of_variant])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// All variants, as declared.
            pub const ALL: [Self; [$($text),+].len()] = [$(Self::$variant),+];

            /// The spelling in the API and in the database.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let unknown = || $crate::model::UnknownWord { what: $what, text: text.to_owned() };
                Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or_else(unknown)
            }
        }
    };
}
pub(crate) use spelled;
