//! Enums that are words elsewhere: in the database, in JSON, in forms and addresses.

/// Why a text is none of an enum's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} '{text}'")]
pub struct UnknownWord {
    pub(crate) what: &'static str,
    pub(crate) text: String,
}

/// An enum with the one spelling of each of its variants, and what it is called where a text is none
/// of them.
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
            /// Every one of them, as declared.
            pub const ALL: [Self; [$($text),+].len()] = [$(Self::$variant),+];

            /// How it is spelled in the API and in the database.
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
