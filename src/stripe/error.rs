//! Errors of the gateway, and async-stripe's errors as ours.

use stripe::{ApiErrorsCode, ApiErrorsType, StripeError};

/// Why a request to Stripe failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// `resource_missing`: no object of that id; the text is Stripe's.
    #[error("{message}")]
    Missing { param: String, message: String },
    /// A card error; the text is for the customer.
    #[error("{0}")]
    Declined(String),
    /// Stripe understood the request and refused it; the code is Stripe's, or the HTTP status where it
    /// has none.
    #[error("Stripe refused the request ({code}): {message}")]
    Refused { code: String, message: String },
    /// Stripe doesn't know the key (401), or the key may not do what was asked (403).
    #[error("Stripe refused the key ({status}): {message}")]
    KeyRefused { status: u16, message: String },
    /// Stripe refused nothing: its answer, or the request to send, can't be used. Nothing was changed.
    #[error("{0}")]
    Unusable(String),
    /// Stripe answered with an error of its own, and would answer the same again under this
    /// idempotency key.
    #[error("Stripe failed: {0}")]
    Failed(String),
    /// No answer, or one that says to come back later. The request may have been carried out: retry it
    /// under the same idempotency key.
    #[error("Stripe is not reachable: {0}")]
    Unavailable(String),
}

impl GatewayError {
    /// Whether Stripe said that the Customer no longer exists, and nothing else.
    pub fn is_missing_customer(&self) -> bool {
        matches!(self, Self::Missing { param, .. } if param == "customer")
    }

    /// Whether it is certain that nothing was done; the other errors leave that open.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Missing { .. }
            | Self::Declined(_)
            | Self::Refused { .. }
            | Self::KeyRefused { .. }
            | Self::Unusable(_) => true,
            Self::Failed(_) | Self::Unavailable(_) => false,
        }
    }
}

/// The result of a call to Stripe.
pub type GatewayResult<T> = Result<T, GatewayError>;

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
                    // Without a parameter it is no object of ours that is missing, but a card, say.
                    (Some(ApiErrorsCode::ResourceMissing), _) if api.param.is_some() => {
                        Self::Missing { param: api.param.unwrap_or_default(), message }
                    }
                    (_, 500..) => Self::Failed(format!("status {status}: {message}")),
                    // Whatever the error code.
                    (_, 401 | 403) => Self::KeyRefused { status, message },
                    (_, 409 | 429) => Self::Unavailable(format!("status {status}: {message}")),
                    _ if in_use => Self::Unavailable(message),
                    (_, _) if api.type_ == ApiErrorsType::CardError => Self::Declined(message),
                    (code, _) => Self::Refused {
                        code: code.map_or_else(|| status.to_string(), |code| code.to_string()),
                        message,
                    },
                }
            }
            StripeError::ConfigError(message) => Self::Unusable(message),
            StripeError::JSONDeserialize(message) | StripeError::ClientError(message) => {
                Self::Unavailable(message)
            }
            StripeError::Timeout => Self::Unavailable("no answer in time".to_owned()),
        }
    }
}
