//! What callers are told: every error of the layers below becomes an [`ApiError`] here, once, and
//! those that are ours to mend are logged.

use crate::api::{ApiError, ApiResult};
use crate::auth::AuthError;
use crate::billing::BillingError;
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
            BillingError::NotFound(_) => (StatusCode::NOT_FOUND, "not_found"),
            BillingError::AlreadySubscribed => (StatusCode::CONFLICT, "already_subscribed"),
            BillingError::NoSubscription => (StatusCode::CONFLICT, "no_subscription"),
            BillingError::QuoteRequired => (StatusCode::CONFLICT, "quote_required"),
            BillingError::QuoteStale => (StatusCode::CONFLICT, "quote_stale"),
            BillingError::Unchanged { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "unchanged"),
            BillingError::PaymentFailed => (StatusCode::PAYMENT_REQUIRED, "card_declined"),
            BillingError::ActionRequired { hosted_invoice_url } => {
                url = Some(hosted_invoice_url);
                (StatusCode::PAYMENT_REQUIRED, "payment_action_required")
            }
            BillingError::PaymentRequired => (StatusCode::CONFLICT, "payment_required"),
            BillingError::InvoiceOpen { hosted_invoice_url } => {
                url = hosted_invoice_url;
                (StatusCode::CONFLICT, "payment_required")
            }
            BillingError::NoPaymentMethod => (StatusCode::PAYMENT_REQUIRED, "no_payment_method"),
            BillingError::Paused => (StatusCode::CONFLICT, "subscription_paused"),
            BillingError::AgentsInUse { .. } => (StatusCode::CONFLICT, "agents_in_use"),
            BillingError::QuotaExceeded { .. } => (StatusCode::CONFLICT, "quota_exceeded"),
            BillingError::CheckoutInProgress => (StatusCode::CONFLICT, "checkout_in_progress"),
            BillingError::ChangeInProgress => (StatusCode::CONFLICT, "change_in_progress"),
            BillingError::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
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
                Self::new(StatusCode::PAYMENT_REQUIRED, "card_declined", message)
            }
            GatewayError::Unavailable(_) | GatewayError::Failed(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "stripe_unavailable",
                "Stripe can't be reached right now. Nothing was changed that you can't repeat: \
                 try again in a moment.",
            ),
            GatewayError::Missing { .. }
            | GatewayError::Refused { .. }
            | GatewayError::KeyRefused { .. }
            | GatewayError::Unusable(_) => {
                tracing::error!(%error, "a call to Stripe came to nothing");
                Self::new(
                    StatusCode::BAD_GATEWAY,
                    "stripe_refused",
                    "Stripe refused this. It has been logged; if it happens again, tell support.",
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
            StoreError::TooManyAgents(_) => {}
            _ => tracing::error!(%error, "a query failed"),
        }
        match error {
            StoreError::Busy => busy(),
            StoreError::Unavailable(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "database_unavailable",
                "The portal is busy or its database is away. Try again in a moment.",
            ),
            StoreError::Full(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "database_full",
                "The portal has no room left to save anything, so nothing was changed. It has been \
                 logged; tell support, and try again later.",
            ),
            StoreError::TooManyAgents(_) => {
                let message = format!("{}.", capitalised(&error.to_string()));
                Self::new(StatusCode::CONFLICT, "too_many_agents", message)
            }
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
            AuthError::Nobody => (StatusCode::UNAUTHORIZED, "unauthenticated"),
            AuthError::WrongCredentials => (StatusCode::UNAUTHORIZED, "wrong_credentials"),
            AuthError::Throttled => (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"),
            AuthError::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
            AuthError::NotPlatform => (StatusCode::FORBIDDEN, "not_platform"),
            AuthError::NoSuchTenant | AuthError::NoSuchSession | AuthError::NoSuchLink => {
                (StatusCode::NOT_FOUND, "not_found")
            }
            AuthError::InvalidName(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid_name"),
            AuthError::LastOwner => (StatusCode::CONFLICT, "last_owner"),
            AuthError::WrongPassword => (StatusCode::UNPROCESSABLE_ENTITY, "wrong_password"),
            AuthError::WeakPassword => (StatusCode::UNPROCESSABLE_ENTITY, "weak_password"),
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

/// There is more to do than can be done in time.
pub fn busy() -> ApiError {
    ApiError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "busy",
        "The portal has more to do than it can right now. Try again in a moment.",
    )
}

pub fn internal() -> ApiError {
    ApiError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
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

/// One reference more than Dioxus's own implementation, so that server functions choose this one:
/// the other's body would be `{message, code, data}`.
impl<T> MakeAxumError<ApiError> for &&&&ServerFnDecoder<ApiResult<T>> {
    fn make_axum_error(self, result: ApiResult<Response>) -> Response {
        result.unwrap_or_else(IntoResponse::into_response)
    }
}
