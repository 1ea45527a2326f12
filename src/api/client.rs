//! How the browser calls the server functions: `fetch`, a JSON body, a JSON response.
//!
//! Dioxus's `#[get]` and `#[post]` expand to paths in `dioxus_fullstack::…`. In the browser, the
//! modules of this folder import this module under that name in place of Dioxus's own client, which
//! parses every address, header and status into types for any kind of endpoint. Nothing here reads
//! those, and they make the download a seventh heavier.

use crate::api::json::{read_json, write_json};
use crate::api::{ApiError, ApiResult};
use dioxus::fullstack::Json;
use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

// Named by the macros, but unused in the browser.
pub use dioxus::fullstack::{
    EncodeRequest, ExtractRequest, FullstackContext, MakeAxumError, MakeAxumResponse,
    RequestDecodeErr, RequestDecodeResult, const_format, http, serde,
};

pub fn assert_is_result<T>() {}
pub fn assert_can_encode(_: ()) {}
pub fn assert_can_decode(_: ()) {}

/// A request without its body.
pub struct ClientRequest {
    method: Method,
    address: String,
}

impl ClientRequest {
    pub fn new(method: Method, path: String, query: &impl Serialize) -> Self {
        let query = serde_urlencoded::to_string(query).unwrap_or_default();
        let address = if query.is_empty() { path } else { format!("{path}?{query}") };
        Self { method, address }
    }

    /// Boxed, so that the download contains this once and not once per server function.
    fn send(self, body: Option<String>) -> Pin<Box<dyn Future<Output = Option<Answer>>>> {
        Box::pin(async move { self.fetch(body).await.ok() })
    }

    async fn fetch(self, body: Option<String>) -> Result<Answer, JsValue> {
        let init = RequestInit::new();
        init.set_method(self.method.as_str());
        if let Some(body) = body {
            let headers = Headers::new()?;
            headers.set("content-type", "application/json")?;
            init.set_headers(&headers);
            init.set_body(&body.into());
        }
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let response = JsFuture::from(window.fetch_with_str_and_init(&self.address, &init)).await?;
        let response: Response = response.unchecked_into();
        let body = JsFuture::from(response.text()?).await?;
        Ok(Answer { status: response.status(), body: body.as_string().unwrap_or_default() })
    }
}

/// A response.
pub struct Answer {
    status: u16,
    body: String,
}

/// A server function's arguments that are not in its address.
pub trait Arguments {
    /// The JSON body that carries them.
    fn json(&self) -> Option<String>;
}

impl Arguments for () {
    fn json(&self) -> Option<String> {
        None
    }
}

impl<T: Serialize> Arguments for (Json<T>,) {
    fn json(&self) -> Option<String> {
        write_json(&self.0.0)
    }
}

/// Sends a server function's arguments.
pub struct ServerFnEncoder<In, Out>(PhantomData<fn(In) -> Out>);

impl<In, Out: Arguments> ServerFnEncoder<In, Out> {
    pub fn new() -> Self {
        Self(PhantomData)
    }

    pub fn verify_can_serialize(&self) {}

    /// Returns the response, whatever its status; `None` if none arrived.
    pub fn fetch_client(
        &self,
        request: ClientRequest,
        given: In,
        arguments: fn(In) -> Out,
    ) -> Pin<Box<dyn Future<Output = Option<Answer>>>> {
        request.send(arguments(given).json())
    }
}

/// Reads a server function's response.
pub struct ServerFnDecoder<R>(PhantomData<fn() -> R>);

impl<T: DeserializeOwned> ServerFnDecoder<ApiResult<T>> {
    pub fn new() -> Self {
        Self(PhantomData)
    }

    pub fn verify_can_deserialize(&self) {}

    pub fn decode_client_response(&self, answer: Option<Answer>) -> Ready<ApiResult<T>> {
        ready(match answer {
            None => Err(ApiError::offline()),
            Some(Answer { status: 200..300, body }) => {
                read_json(&body).map_err(|error| ApiError::unreadable(&error))
            }
            Some(Answer { status, body }) => Err(ApiError::from_answer(status, &body)),
        })
    }

    pub fn decode_client_err(&self, result: ApiResult<T>) -> Ready<ApiResult<T>> {
        ready(result)
    }
}
