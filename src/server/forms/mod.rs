//! The pages' forms, for browsers without scripts and until scripts have loaded: each calls the server
//! function that the page's own code calls, then redirects (303) to the page, which says what was done.

mod account;
mod agents;
mod billing;
mod preferences;

pub use billing::back_from_checkout;

use crate::api::{ApiError, ApiResult};
use crate::auth::Auth;
use crate::model::{ErrorCode, OnTenant, TenantId};
use crate::server::routes::Endpoint;
use crate::server::visit::notice_cookie;
use crate::ui::Route;
use crate::ui::visit::{Control, Done, Notice};
use dioxus::fullstack::{FullstackContext, StatusCode};
use dioxus::server::axum::body::Bytes;
use dioxus::server::axum::extract::{FromRequest, Request};
use dioxus::server::axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use dioxus::server::http::header::SET_COOKIE;
use dioxus::server::http::request::Parts;
use serde::de::DeserializeOwned;

/// The forms' endpoints.
pub(super) fn endpoints() -> [Endpoint; 17] {
    [
        Endpoint::post("/preferences", preferences::preferences),
        Endpoint::post("/billing/checkout", billing::checkout),
        Endpoint::post("/billing/portal", billing::portal),
        Endpoint::post("/billing/quantity", billing::quantity),
        Endpoint::post("/billing/withdraw", billing::withdraw),
        Endpoint::post("/billing/cancel", billing::cancel),
        Endpoint::post("/billing/resume", billing::resume),
        Endpoint::post("/billing/refresh", billing::refresh),
        Endpoint::post("/agents/create", agents::create),
        Endpoint::post("/agents/on", agents::turn_selected_on),
        Endpoint::post("/agents/off", agents::turn_selected_off),
        Endpoint::post("/agents/{id}/on", agents::turn_on),
        Endpoint::post("/agents/{id}/off", agents::turn_off),
        Endpoint::post("/agents/{id}/rename", agents::rename),
        Endpoint::post("/account/password", account::password),
        Endpoint::post("/account/sessions/{id}/end", account::end_session),
        Endpoint::post("/account/sign-out-everywhere", account::sign_out_everywhere),
    ]
}

/// A submitted form: its fields, and the request that tells the server function who is calling.
pub struct Sent<T> {
    parts: Parts,
    /// The fields, or why they are not valid.
    fields: ApiResult<T>,
    /// The tenant that it is about, so that it leads back to it even if the fields are not valid.
    tenant_id: Option<TenantId>,
    /// What was typed or ticked, to show again on failure.
    typed: Option<String>,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let request = Request::from_parts(parts.clone(), body);
        let body =
            Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let fields = serde_html_form::from_bytes(&body).map_err(|error| {
            ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::Invalid, error.to_string())
        });
        let of_tenant: Option<OnTenant> = serde_html_form::from_bytes(&body).ok();
        let tenant_id = of_tenant.map(|form| form.tenant_id);
        Ok(Self { parts, fields, tenant_id, typed: None })
    }
}

/// Where a form leads on success.
pub enum Next {
    /// To the page, which reports this.
    Page(Route, Done),
    /// To a URL of Stripe's.
    Outside(String),
    /// To the page in a new session, whose cookies come with the notice.
    Renewed(Route),
    /// To the sign-in page, with the `Set-Cookie` that ends the session.
    SignIn { cookie: String },
}

impl<T> Sent<T> {
    /// Keeps what was typed or ticked, to show it again on failure.
    fn typed(self, typed: impl FnOnce(&T) -> String) -> Self {
        Self { typed: self.fields.as_ref().ok().map(typed), ..self }
    }

    /// Calls the server function, then redirects. Errors are shown on `page`, beside the control; it is
    /// made from the tenant's id and, where they are valid, the fields.
    async fn answer<A>(
        self,
        control: Control,
        page: impl FnOnce(Option<String>, Option<&T>) -> Route,
        call: impl AsyncFnOnce(T) -> ApiResult<A>,
        next: impl FnOnce(Route, A) -> Next,
    ) -> Response {
        let Self { parts, fields, tenant_id, typed } = self;
        let page = page(tenant_id.map(|id| id.to_string()), fields.as_ref().ok());
        let secure = is_secure(&parts);
        let answer = match fields {
            Ok(fields) => FullstackContext::new(parts).scope(call(fields)).await,
            Err(error) => Err(error),
        };
        match answer.map(|answer| next(page.clone(), answer)) {
            Ok(Next::Outside(address)) => Redirect::to(&address).into_response(),
            Ok(Next::Renewed(page)) => Redirect::to(&page.to_string()).into_response(),
            Ok(Next::SignIn { cookie }) => {
                (AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to("/login")).into_response()
            }
            Ok(Next::Page(page, done)) => to_page(&page, &Notice::Done(done), secure),
            Err(error) if error.status == 401 => {
                Redirect::to(&Route::login(page.to_string()).to_string()).into_response()
            }
            Err(error) => to_page(&page, &Notice::Failed { control, error, typed }, secure),
        }
    }
}

/// Whether the portal uses https.
fn is_secure(parts: &Parts) -> bool {
    parts.extensions.get::<Auth>().is_some_and(|auth| auth.secure)
}

fn to_page(page: &Route, notice: &Notice, secure: bool) -> Response {
    let cookie = AppendHeaders([(SET_COOKIE, notice_cookie(notice, secure))]);
    (cookie, Redirect::to(&page.to_string())).into_response()
}
