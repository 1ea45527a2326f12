//! Identifiers as types of their own, so that one kind can't be passed where another is meant.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Why a string is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} must be 1 to 64 letters, digits, '_' or '-'")]
pub struct InvalidId {
    kind: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal $(, generated: $prefix:literal)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(
            feature = "server",
            derive(schemars::JsonSchema),
            schemars(extend("pattern" = "^[A-Za-z0-9_-]{1,64}$"))
        )]
        pub struct $name(String);

        impl $name {
            /// Its text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            $(
                /// Generates a new one. Later ones sort after earlier ones.
                #[cfg(feature = "server")]
                pub fn generate() -> Self {
                    Self(format!("{}_{}", $prefix, uuid::Uuid::now_v7().simple()))
                }
            )?
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                if is_id(&text) { Ok(Self(text)) } else { Err(InvalidId { kind: $kind }) }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A customer of the SaaS, which rents agents and pays. The SaaS chooses the id.
    TenantId,
    "tenant_id"
);
id!(
    /// A person who signs in.
    OperatorId,
    "operator_id",
    generated: "op"
);
id!(
    /// One sign-in of an operator. Names the session, but is not a credential.
    SessionId,
    "session_id",
    generated: "session"
);
id!(
    /// One AI employee.
    AgentId,
    "agent_id",
    generated: "agent"
);

fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_generated_is_an_identifier_and_another_each_time() {
        assert_eq!(OperatorId::generate().as_str().parse::<OperatorId>().map(|_| ()), Ok(()));
        assert_eq!(SessionId::generate().as_str().parse::<SessionId>().map(|_| ()), Ok(()));
        assert_eq!(AgentId::generate().as_str().parse::<AgentId>().map(|_| ()), Ok(()));
        assert_ne!(AgentId::generate(), AgentId::generate());
    }
}
