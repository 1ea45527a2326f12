//! What callers are told: maps every error of the layers below to an [`ApiError`], in one place, and
//! logs those that are ours to fix.

use super::{ApiError, ApiResult};
use crate::auth::AuthError;
use crate::billing::BillingError;
use crate::model::ErrorCode;
use crate::store::StoreError;
use crate::stripe::GatewayError;
use dioxus::fullstack::{AsStatusCode, MakeAxumError, ServerFnDecoder, StatusCode};
use dioxus::server::axum::Json;
use dioxus::server::axum::response::{IntoResponse, Response};

impl From<BillingError> for ApiError {
    fn from(error: BillingError) -> Self {
        let message = capitalised(&error.to_string());
        let mut url = None;
        let (status, code) = match error {
            BillingError::NotFound(_) => (StatusCode::NOT_FOUND, ErrorCode::NotFound),
            BillingError::AlreadySubscribed => (StatusCode::CONFLICT, ErrorCode::AlreadySubscribed),
            BillingError::NoSubscription => (StatusCode::CONFLICT, ErrorCode::NoSubscription),
            BillingError::QuoteRequired => (StatusCode::CONFLICT, ErrorCode::QuoteRequired),
            BillingError::QuoteStale => (StatusCode::CONFLICT, ErrorCode::QuoteStale),
            BillingError::Unchanged { .. } => {
                (StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::Unchanged)
            }
            BillingError::PaymentFailed => (StatusCode::PAYMENT_REQUIRED, ErrorCode::CardDeclined),
            BillingError::ActionRequired { hosted_invoice_url } => {
                url = Some(hosted_invoice_url);
                (StatusCode::PAYMENT_REQUIRED, ErrorCode::PaymentActionRequired)
            }
            BillingError::PaymentRequired => (StatusCode::CONFLICT, ErrorCode::PaymentRequired),
            BillingError::InvoiceOpen { hosted_invoice_url } => {
                url = hosted_invoice_url;
                (StatusCode::CONFLICT, ErrorCode::PaymentRequired)
            }
            BillingError::NoPaymentMethod => {
                (StatusCode::PAYMENT_REQUIRED, ErrorCode::NoPaymentMethod)
            }
            BillingError::Paused => (StatusCode::CONFLICT, ErrorCode::SubscriptionPaused),
            BillingError::AgentsInUse { .. } => (StatusCode::CONFLICT, ErrorCode::AgentsInUse),
            BillingError::QuotaExceeded { .. } => (StatusCode::CONFLICT, ErrorCode::QuotaExceeded),
            BillingError::TooManyAgents { .. } => (StatusCode::CONFLICT, ErrorCode::TooManyAgents),
            BillingError::CheckoutInProgress => {
                (StatusCode::CONFLICT, ErrorCode::CheckoutInProgress)
            }
            BillingError::ChangeInProgress => (StatusCode::CONFLICT, ErrorCode::ChangeInProgress),
            BillingError::Busy => (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Busy),
            BillingError::Stripe(error) => return error.into(),
            BillingError::Store(error) => return error.into(),
        };
        Self { url, ..Self::new(status, code, message) }
    }
}

impl From<GatewayError> for ApiError {
    fn from(error: GatewayError) -> Self {
        match error {
            GatewayError::Declined(message) => {
                Self::new(StatusCode::PAYMENT_REQUIRED, ErrorCode::CardDeclined, message)
            }
            GatewayError::Unavailable(_) | GatewayError::Failed(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                ErrorCode::StripeUnavailable,
                "Stripe can't be reached right now. Try again in a moment: nothing is done or charged \
                 twice.",
            ),
            GatewayError::Missing { .. }
            | GatewayError::Refused { .. }
            | GatewayError::KeyRefused { .. }
            | GatewayError::Unusable(_) => {
                tracing::error!(%error, "a call to Stripe came to nothing");
                Self::new(
                    StatusCode::BAD_GATEWAY,
                    ErrorCode::StripeRefused,
                    "Stripe refused this. It has been logged; if it happens again, tell whoever \
                     runs this portal.",
                )
            }
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy | StoreError::Unavailable(_) => {
                tracing::warn!(%error, "the database is busy or away");
            }
            _ => tracing::error!(%error, "a query failed"),
        }
        match error {
            StoreError::Busy => busy(),
            StoreError::Unavailable(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                ErrorCode::DatabaseUnavailable,
                "The portal is busy or its database is away. Try again in a moment.",
            ),
            StoreError::Full(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                ErrorCode::DatabaseFull,
                "The portal has no room left to save anything, so nothing was changed. It has been \
                 logged; tell whoever runs the portal, and try again later.",
            ),
            StoreError::Configuration(_)
            | StoreError::Query(_)
            | StoreError::Migration(_)
            | StoreError::Unreadable(_) => internal(),
        }
    }
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        let (status, code) = match error {
            AuthError::Nobody => (StatusCode::UNAUTHORIZED, ErrorCode::Unauthenticated),
            AuthError::WrongCredentials => (StatusCode::UNAUTHORIZED, ErrorCode::WrongCredentials),
            AuthError::Throttled => (StatusCode::TOO_MANY_REQUESTS, ErrorCode::TooManyAttempts),
            AuthError::Forbidden => (StatusCode::FORBIDDEN, ErrorCode::Forbidden),
            AuthError::NotPlatform => (StatusCode::FORBIDDEN, ErrorCode::NotPlatform),
            AuthError::NoSuchTenant | AuthError::NoSuchSession | AuthError::NoSuchLink => {
                (StatusCode::NOT_FOUND, ErrorCode::NotFound)
            }
            AuthError::InvalidName(_) => (StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::InvalidName),
            AuthError::LastOwner => (StatusCode::CONFLICT, ErrorCode::LastOwner),
            AuthError::WrongPassword => {
                (StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::WrongPassword)
            }
            AuthError::WeakPassword => (StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::WeakPassword),
            AuthError::Busy => return busy(),
            AuthError::Store(error) => return error.into(),
            AuthError::Cryptography(_) => {
                tracing::error!(%error, "sign-in failed");
                return internal();
            }
        };
        Self::new(status, code, error.to_string())
    }
}

/// The portal is overloaded.
pub fn busy() -> ApiError {
    ApiError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Busy,
        "The portal has more to do than it can right now. Try again in a moment.",
    )
}

pub fn internal() -> ApiError {
    ApiError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::Internal,
        "Something went wrong on our side. It has been logged; try again in a moment.",
    )
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.as_status_code();
        (status, Json(self.into_body())).into_response()
    }
}

/// One reference more than Dioxus's own implementation, so that autoref picks this one: the other's
/// body would be `{message, code, data}`.
impl<T> MakeAxumError<ApiError> for &&&&ServerFnDecoder<ApiResult<T>> {
    fn make_axum_error(self, result: ApiResult<Response>) -> Response {
        result.unwrap_or_else(IntoResponse::into_response)
    }
}
