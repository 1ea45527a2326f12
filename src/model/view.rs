//! The parts of a tenant that one can look at.

use std::str::FromStr;

/// A part of a tenant, each on a page of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    Billing,
    Agents,
    Activity,
}

impl View {
    const ALL: [Self; 3] = [Self::Billing, Self::Agents, Self::Activity];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Billing => "billing",
            Self::Agents => "agents",
            Self::Activity => "activity",
        }
    }
}

impl FromStr for View {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut all = Self::ALL.into_iter();
        all.find(|view| view.as_str() == text).ok_or_else(|| format!("unknown view '{text}'"))
    }
}
