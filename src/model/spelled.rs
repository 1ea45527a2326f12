//! Enums that are words in the database, in JSON, in forms and in addresses.

/// Why a string is none of an enum's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} '{text}', expected one of {}", words.join(", "))]
pub struct UnknownWord {
    pub(crate) what: &'static str,
    pub(crate) text: String,
    pub(crate) words: &'static [&'static str],
}

/// Declares an enum with one spelling for each variant, and what to call it in the error for an unknown
/// word. With `else`, JSON with a word that a newer version has added is read as that variant.
///
/// Serde's derive would make a parser for each of them, of which browsers load all.
macro_rules! spelled {
    (
        $(#[$meta:meta])*
        $name:ident, $what:literal $(, else $other:ident)? {
            $($(#[$of_variant:meta])* $variant:ident = $text:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
        pub enum $name {
            $(
                $(#[$of_variant])*
                #[cfg_attr(feature = "server", schemars(rename = $text))]
                $variant,
            )+
        }

        impl $name {
            const WORDS: &[&str] = &[$($text),+];

            /// All variants, as declared.
            pub const ALL: [Self; Self::WORDS.len()] = [$(Self::$variant),+];

            /// The spelling in the API and in the database.
            pub fn as_str(self) -> &'static str {
                Self::WORDS[self as usize]
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or_else(|| {
                    $crate::model::UnknownWord {
                        what: $what,
                        text: text.to_owned(),
                        words: Self::WORDS,
                    }
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                let read = text.parse::<Self>();
                $(let read = read.or(Ok::<_, $crate::model::UnknownWord>(Self::$other));)?
                read.map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use spelled;
