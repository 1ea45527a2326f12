//! Why a command fails, and its exit code.

use crate::auth::AuthError;
use crate::billing::BillingError;
use crate::config::ConfigError;
use crate::server::StartError;
use crate::store::StoreError;
use crate::stripe::GatewayError;
use crate::telemetry::TelemetryError;
use std::fmt::Display;
use std::process::ExitCode;

/// The exit code of a command that could not do all it was asked, or found a fault.
pub const INCOMPLETE: u8 = 1;

/// Why a command failed, in one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// It was called wrongly, or can't work as configured: exit code 2, which is also clap's.
    #[error("{0}")]
    Configuration(String),
    /// It could not be done: exit code 1.
    #[error("{0}")]
    Failed(String),
}

/// What every command returns: its exit code.
pub type CliResult = Result<ExitCode, CliError>;

impl CliError {
    pub fn configuration(error: impl Display) -> Self {
        Self::Configuration(error.to_string())
    }

    pub fn failed(error: impl Display) -> Self {
        Self::Failed(error.to_string())
    }

    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Configuration(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::from(INCOMPLETE),
        }
    }
}

macro_rules! ends_with {
    ($($error:ty => $kind:ident),* $(,)?) => {
        $(
            impl From<$error> for CliError {
                fn from(error: $error) -> Self {
                    Self::$kind(error.to_string())
                }
            }
        )*
    };
}

ends_with! {
    ConfigError => Configuration,
    StartError => Configuration,
    TelemetryError => Configuration,
    StoreError => Failed,
    AuthError => Failed,
    BillingError => Failed,
    GatewayError => Failed,
    std::io::Error => Failed,
}
