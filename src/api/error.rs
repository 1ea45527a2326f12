//! The error that a caller gets when a request fails: `{"error": {"code", "message"}}` with a fitting
//! status. The browser reads it back into the same type.

use crate::api::json::read_json;
use crate::model::{ErrorCode, InvalidAgentIds, InvalidName};
use dioxus::fullstack::{AsStatusCode, StatusCode};
use dioxus::prelude::ServerFnError;
use serde::{Deserialize, Serialize};
use std::fmt::Display;

/// The result of a server function.
pub type ApiResult<T> = Result<T, ApiError>;

/// An error as the caller sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// The HTTP status; 0 in the browser without a response.
    pub status: u16,
    pub code: ErrorCode,
    /// What happened and what to do next, for people.
    pub message: String,
    /// Where to do it, if that is elsewhere.
    pub url: Option<String>,
}

/// The JSON body of an error response.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema), schemars(rename = "Error"))]
pub struct Body {
    error: Detail,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema), schemars(rename = "ErrorDetail"))]
struct Detail {
    /// Stable and machine-readable, such as "quota_exceeded".
    code: ErrorCode,
    /// What happened and what to do next, for people.
    message: String,
    /// Where to do it, if that is elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl ApiError {
    pub fn new(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        Self { status: status.as_u16(), code, message: message.into(), url: None }
    }

    /// The body to send.
    pub fn into_body(self) -> Body {
        Body { error: Detail { code: self.code, message: self.message, url: self.url } }
    }
}

impl AsStatusCode for ApiError {
    fn as_status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// An error of a server function's extractors when it is called while rendering rather than over HTTP.
impl From<ServerFnError> for ApiError {
    fn from(error: ServerFnError) -> Self {
        match error {
            ServerFnError::ServerError { message, code, .. } => Self::from_answer(code, &message),
            other => Self::unreadable(&other),
        }
    }
}

/// A name that is not valid.
impl From<InvalidName> for ApiError {
    fn from(error: InvalidName) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::InvalidName, error.to_string())
    }
}

/// A selection that is not valid.
impl From<InvalidAgentIds> for ApiError {
    fn from(error: InvalidAgentIds) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::InvalidSelection, error.to_string())
    }
}

impl ApiError {
    /// Reads a response that isn't a success. Dioxus passes its body on as "HTTP 409: {body}".
    pub fn from_answer(status: u16, body: &str) -> Self {
        let json = body.find('{').map(|at| &body[at..]).unwrap_or_default();
        match read_json::<Body>(json) {
            Ok(Body { error: Detail { code, message, url } }) => {
                Self { status, code, message, url }
            }
            Err(_) => Self {
                status,
                code: ErrorCode::Internal,
                message: "Something went wrong. Try again in a moment.".to_owned(),
                url: None,
            },
        }
    }

    /// No response.
    pub fn offline() -> Self {
        let message = "The portal could not be reached. Check your connection and try again.";
        Self { status: 0, code: ErrorCode::Offline, message: message.to_owned(), url: None }
    }

    /// A response that this version can't read.
    pub fn unreadable(error: &dyn Display) -> Self {
        let message = format!("The portal's answer could not be read: {error}");
        Self { status: 500, code: ErrorCode::Internal, message, url: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_reads_back_what_the_server_said() {
        let message = r#"HTTP 409: {"error":{"code":"quota_exceeded","message":"Add a seat."}}"#;
        let answer =
            ServerFnError::ServerError { message: message.to_owned(), code: 409, details: None };
        let error = ApiError::from(answer);
        assert_eq!(
            error,
            ApiError::new(StatusCode::CONFLICT, ErrorCode::QuotaExceeded, "Add a seat.")
        );
    }

    #[test]
    fn an_answer_that_is_not_json_still_says_something() {
        let answer = ServerFnError::ServerError {
            message: "HTTP 502: <html>".into(),
            code: 502,
            details: None,
        };
        assert_eq!(ApiError::from(answer).status, 502);
    }
}
