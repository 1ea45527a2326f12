//! Stripe's error objects, with constructors named after what happened.

use crate::sandbox::protocol::form::FormError;
use crate::sandbox::protocol::params::lists;
use crate::sandbox::value::{Fields, object, public};
use dioxus::server::axum::http::StatusCode;
use serde_json::Value;

const DOCS: &str = "https://docs.stripe.com/error-codes";

/// An error as Stripe returns it. Boxed because it is rare and large.
#[derive(Clone, Debug)]
pub struct ApiError(Box<(StatusCode, Value)>);

impl ApiError {
    fn new(status: StatusCode, kind: &str, message: impl Into<String>) -> ApiError {
        ApiError(Box::new((status, object! { "type": kind, "message": message.into() })))
    }

    fn with(mut self, key: &str, value: &str) -> ApiError {
        self.0.1.put(key, value);
        self
    }

    fn code(self, code: &str) -> ApiError {
        self.with("doc_url", &format!("{DOCS}/{}", code.replace('_', "-"))).with("code", code)
    }

    fn bad(message: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, "invalid_request_error", message)
    }

    /// The status to answer with.
    pub fn status(&self) -> StatusCode {
        self.0.0
    }

    /// Whether nothing was carried out because the request itself was wrong: Stripe does not keep such
    /// an answer under its idempotency key.
    pub fn is_refusal(&self) -> bool {
        let (status, error) = &*self.0;
        let code = error.text("code");
        match *status {
            StatusCode::UNAUTHORIZED | StatusCode::CONFLICT | StatusCode::FORBIDDEN => true,
            StatusCode::BAD_REQUEST => {
                error.at("param").is_some() && (code.is_empty() || code.starts_with("parameter_"))
            }
            _ => false,
        }
    }

    /// The body to answer with.
    pub fn body(&self) -> Value {
        object! { "error": self.0.1.clone() }
    }

    /// An id that does not exist.
    pub fn no_such(word: &str, id: &str, param: &str) -> ApiError {
        ApiError::bad(format!("No such {word}: '{id}'"))
            .code("resource_missing")
            .with("param", param)
    }

    /// The error as an endpoint with these parameters answers it: a missing id that none of them named
    /// was in the path, and is a 404.
    pub fn of_endpoint(mut self, takes: &str) -> ApiError {
        let (status, error) = &mut *self.0;
        let param = error.text("param").split('[').next().unwrap_or_default();
        let is_id = error.text("code") == "resource_missing" && !param.is_empty();
        if is_id && !lists(takes, param) {
            *status = StatusCode::NOT_FOUND;
        }
        self
    }

    /// A required parameter that is missing.
    pub fn missing(param: &str) -> ApiError {
        ApiError::bad(format!("Missing required param: {param}."))
            .code("parameter_missing")
            .with("param", param)
    }

    /// A parameter the endpoint does not have.
    pub fn unknown(param: &str) -> ApiError {
        ApiError::bad(format!("Received unknown parameter: {param}"))
            .code("parameter_unknown")
            .with("param", param)
    }

    /// A parameter with an invalid value.
    pub fn invalid(param: &str, message: impl Into<String>) -> ApiError {
        ApiError::bad(message).with("param", param)
    }

    /// A parameter that should be an integer but isn't.
    pub fn not_integer(param: &str, value: &str) -> ApiError {
        ApiError::invalid(param, format!("Invalid integer: {value}"))
            .code("parameter_invalid_integer")
    }

    /// An invalid email address.
    pub fn no_email(email: &str) -> ApiError {
        ApiError::invalid("email", format!("Invalid email address: {email}")).code("email_invalid")
    }

    /// A valid request that this emulator does not support. Says so rather than ignoring it.
    pub fn unsupported(param: &str, what: &str) -> ApiError {
        ApiError::invalid(param, format!("The Stripe sandbox does not support {what}."))
    }

    /// A request that the object's state does not allow.
    pub fn state(message: impl Into<String>) -> ApiError {
        ApiError::bad(message)
    }

    /// A charge that there is no payment method for.
    pub fn no_method() -> ApiError {
        ApiError::bad(
            "This customer has no attached payment source or default payment method. Please consider adding a default payment method.",
        )
        .code("resource_missing")
    }

    /// Automatic tax for a customer whose country is not known.
    pub fn no_tax_location() -> ApiError {
        ApiError::bad(
            "The customer's location isn't recognized. Set a valid customer address in order to automatically calculate tax.",
        )
        .code("customer_tax_location_invalid")
        .with("param", "automatic_tax[enabled]")
    }

    /// A customer or subscription with no upcoming invoice.
    pub fn nothing_upcoming(customer: &str) -> ApiError {
        ApiError::new(
            StatusCode::NOT_FOUND,
            "invalid_request_error",
            format!("No upcoming invoices for customer: {customer}"),
        )
        .code("invoice_upcoming_none")
    }

    /// A card that was refused, or is invalid: HTTP 402.
    pub fn card(code: &str, decline_code: Option<&str>, message: &str) -> ApiError {
        let error = ApiError::new(StatusCode::PAYMENT_REQUIRED, "card_error", message).code(code);
        match decline_code {
            Some(decline_code) => error.with("decline_code", decline_code),
            None => error,
        }
    }

    /// An invalid field of a card: HTTP 402, as at Stripe.
    pub fn card_field(code: &str, param: &str, message: &str) -> ApiError {
        ApiError::card(code, None, message).with("param", param)
    }

    /// A step that a SetupIntent's status does not allow.
    pub fn unexpected_setup(message: impl Into<String>) -> ApiError {
        ApiError::bad(message).code("setup_intent_unexpected_state")
    }

    /// A 3-D Secure check that failed while a card was being saved.
    pub fn unauthenticated() -> ApiError {
        ApiError::bad("The latest attempt to set up the payment method has failed because authentication failed.")
            .code("setup_intent_authentication_failure")
    }

    /// The same error, with an object it is about.
    pub fn about(&self, key: &str, object: &Value) -> ApiError {
        let mut with = self.0.clone();
        with.1.put(key, public(object));
        ApiError(with)
    }

    /// What an object records of the error, such as a SetupIntent's `last_setup_error`.
    pub fn remembered(&self) -> &Value {
        &self.0.1
    }

    /// A payment that has already been refunded.
    pub fn already_refunded(charge: &str) -> ApiError {
        ApiError::bad(format!("Charge {charge} has already been refunded."))
            .code("charge_already_refunded")
    }

    /// A payment that the cardholder has disputed.
    pub fn disputed(charge: &str) -> ApiError {
        ApiError::bad(format!("Charge {charge} has been charged back; cannot issue a refund."))
            .code("charge_disputed")
    }

    /// No API key, or one that the sandbox does not accept.
    pub fn unauthorized(message: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::UNAUTHORIZED, "invalid_request_error", message)
    }

    /// A caller without access.
    pub fn forbidden(message: &str) -> ApiError {
        ApiError::new(StatusCode::FORBIDDEN, "invalid_request_error", message)
    }

    /// A URL without an endpoint.
    pub fn no_route(method: &str, path: &str) -> ApiError {
        ApiError::new(
            StatusCode::NOT_FOUND,
            "invalid_request_error",
            format!(
                "Unrecognized request URL ({method}: {path}). The Stripe sandbox has no such endpoint."
            ),
        )
    }

    /// A request body that is too large.
    pub fn too_large() -> ApiError {
        ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "invalid_request_error",
            "The request body is too large.",
        )
    }

    /// Too many requests.
    pub fn rate_limit() -> ApiError {
        ApiError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "invalid_request_error",
            "Request rate limit exceeded. Wait a moment, then try again with exponential backoff.",
        )
        .code("rate_limit")
    }

    /// An internal error at Stripe.
    pub fn failure() -> ApiError {
        ApiError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "api_error",
            "Sorry! There was an error while talking to one of our backends.",
        )
    }

    /// An idempotency key reused for a different request.
    pub fn key_reused(key: &str) -> ApiError {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "idempotency_error",
            format!(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. \
                 Try using a key other than '{key}' if you meant to execute a different request."
            ),
        )
    }

    /// An idempotency key that is too long for Stripe.
    pub fn key_too_long() -> ApiError {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "idempotency_error",
            "The Idempotency-Key is longer than 255 characters. Use a shorter one.",
        )
    }
}

impl From<FormError> for ApiError {
    fn from(error: FormError) -> ApiError {
        let message = error.to_string();
        let (FormError::Name(param) | FormError::ValueAndObject(param)) = error;
        ApiError::invalid(&param, message)
    }
}
