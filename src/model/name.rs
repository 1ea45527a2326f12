//! Names of people, companies and programs, and email addresses.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The longest email address, in bytes.
pub const LONGEST_EMAIL: usize = 320;

/// What [`Name`] accepts: no control or direction characters, and at least one visible one.
#[cfg(feature = "server")]
const NAME_PATTERN: &str = concat!(
    r"^[^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*",
    r"[^\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f",
    r"\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]",
    r"[^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*$",
);

/// A name: 1 to 80 characters after trimming, at least one of them visible, and none of them a control
/// character or one that changes the text direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "server",
    derive(schemars::JsonSchema),
    schemars(extend("pattern" = NAME_PATTERN, "maxLength" = Name::LONGEST))
)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// Why a string is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to {longest} characters, without control characters", longest = Name::LONGEST)]
pub struct InvalidName;

/// An email address that operators sign in with, lower-cased because addresses are compared without
/// regard to case. Whether it reaches anybody only sending mail can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

/// Why a string is not an email address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an email address looks like name@example.com")]
pub struct InvalidEmail;

impl Name {
    /// The most characters it can have.
    pub const LONGEST: usize = 80;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Email {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let name = text.trim();
        let fits = (1..=Self::LONGEST).contains(&name.chars().count());
        let fits = fits && !name.chars().any(|c| c.is_control() || turns(c));
        let fits = fits && name.chars().any(|c| !is_unseen(c));
        if fits { Ok(Self(name.to_owned())) } else { Err(InvalidName) }
    }
}

impl TryFrom<String> for Name {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> String {
        name.0
    }
}

/// Unicode's embeddings, overrides and isolates, which would reorder the text around the name too.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Spaces, joiners, fillers and marks without a visible shape.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}'
                | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        )
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        let email = text.trim().to_lowercase();
        let odd = |c: char| c.is_whitespace() || c.is_control();
        let parts = email
            .split_once('@')
            .filter(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
        let fits = parts.is_some() && email.len() <= LONGEST_EMAIL && !email.contains(odd);
        if fits { Ok(Self(email)) } else { Err(InvalidEmail) }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_kept_in_lower_case_and_what_can_be_none_is_refused() {
        let read = |text: &str| text.parse::<Email>().map(|email| email.to_string());
        assert_eq!(read(" Ada@Example.COM "), Ok("ada@example.com".to_owned()));
        let long = format!("{}@example.com", "x".repeat(LONGEST_EMAIL));
        for none in ["", "ada", "@example.com", "ada@", "a@b@c", "a b@c.de", "a\n@c.de", &long] {
            assert_eq!(read(none), Err(InvalidEmail), "{none}");
        }
    }

    #[test]
    fn a_name_is_trimmed_and_has_no_control_characters() {
        let read = |text: &str| text.parse::<Name>().map(|name| name.to_string());
        assert_eq!(read("  Ada Lovelace "), Ok("Ada Lovelace".to_owned()));
        assert_eq!(read("👩\u{200d}🚀"), Ok("👩\u{200d}🚀".to_owned()));
        let unseen = ["\u{200b}", "\u{3164} \u{2800}", "Ada\u{202e}"];
        for none in
            unseen.into_iter().chain(["", "  ", "Ada\nLovelace", &"x".repeat(Name::LONGEST + 1)])
        {
            assert_eq!(read(none), Err(InvalidName), "{none}");
        }
    }
}
