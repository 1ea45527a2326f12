//! async-stripe's errors as ours.

use crate::stripe::GatewayError;
use stripe::{ApiErrorsCode, ApiErrorsType, StripeError};

/// Every error becomes one of ours here; only those that promise nothing of the outcome are
/// [`GatewayError::Unavailable`].
impl From<StripeError> for GatewayError {
    fn from(error: StripeError) -> Self {
        match error {
            StripeError::Stripe(api, status) => {
                let message = api.message.unwrap_or_default();
                let in_use = matches!(
                    api.code,
                    Some(ApiErrorsCode::IdempotencyKeyInUse | ApiErrorsCode::LockTimeout)
                );
                match (api.code, status) {
                    (Some(ApiErrorsCode::ResourceMissing), _) => {
                        Self::Missing { param: api.param.unwrap_or_default(), message }
                    }
                    (_, 500..) => Self::Failed(format!("status {status}: {message}")),
                    // Whatever Stripe calls it: the key is unknown, or may not.
                    (_, 401 | 403) => Self::Refused { code: status.to_string(), message },
                    (_, 409 | 429) => Self::Unavailable(format!("status {status}: {message}")),
                    _ if in_use => Self::Unavailable(message),
                    (_, _) if api.type_ == ApiErrorsType::CardError => Self::Declined(message),
                    (code, _) => Self::Refused {
                        code: code.map_or_else(|| status.to_string(), |code| code.to_string()),
                        message,
                    },
                }
            }
            StripeError::ConfigError(message) => {
                Self::Refused { code: "configuration".to_owned(), message }
            }
            StripeError::JSONDeserialize(message) | StripeError::ClientError(message) => {
                Self::Unavailable(message)
            }
            StripeError::Timeout => Self::Unavailable("no answer in time".to_owned()),
        }
    }
}
