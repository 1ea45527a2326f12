//! Every endpoint of the portal, in one list. The router is built from it, so going through the list
//! covers them all.

use crate::server::{
    entitlements, events, form_token, forms, health, links, openapi, page, sign_in, single_sign_on,
    webhook,
};
use crate::ui::Route;
use crate::webhooks;
use dioxus::fullstack::Method;
use dioxus::server::axum::handler::Handler;
use dioxus::server::axum::middleware::from_fn;
use dioxus::server::axum::routing::{MethodRouter, get, post};
use dioxus::server::{FullstackState, ServerFunction};

/// A method, a path and their handler.
pub(super) struct Endpoint {
    pub method: Method,
    /// As axum and OpenAPI write it: `/api/entitlements/{tenant_id}`.
    pub path: &'static str,
    pub answer: MethodRouter<FullstackState>,
}

impl Endpoint {
    pub fn get<T: 'static>(path: &'static str, handler: impl Handler<T, ()>) -> Self {
        Self { method: Method::GET, path, answer: get(handler).with_state(()) }
    }

    pub fn post<T: 'static>(path: &'static str, handler: impl Handler<T, ()>) -> Self {
        Self { method: Method::POST, path, answer: post(handler).with_state(()) }
    }

    /// Requires the page's form token.
    fn of_form(self) -> Self {
        Self { answer: self.answer.route_layer(from_fn(form_token::check)), ..self }
    }
}

/// All endpoints: the server functions, whose paths are declared with them in `src/api`; the pages; the
/// pages' forms; one-time links; and the rest.
pub(super) fn endpoints() -> impl Iterator<Item = Endpoint> {
    let functions = ServerFunction::collect().into_iter().map(|function| Endpoint {
        method: function.method(),
        path: function.path(),
        answer: function.method_router(),
    });
    let pages = Route::PATHS.iter().map(|path| Endpoint {
        method: Method::GET,
        path,
        answer: get(page::page),
    });
    let session = [
        Endpoint::post("/login", sign_in::login_form),
        Endpoint::post("/logout", sign_in::logout_form),
    ];
    let forms = forms::endpoints().into_iter().chain(session).map(Endpoint::of_form);
    let others = [
        Endpoint::get("/auth/oidc/start", single_sign_on::start),
        Endpoint::get("/auth/oidc/callback", single_sign_on::callback),
        Endpoint::post("/api/auth/login", sign_in::login),
        Endpoint::post("/api/auth/logout", sign_in::logout),
        Endpoint::post(webhooks::PATH, webhook::receive),
        Endpoint::get("/api/entitlements/{tenant_id}", entitlements::entitlements),
        Endpoint::get("/api/portal/billing/events", events::events),
        Endpoint::get("/api/openapi.json", openapi::openapi),
        Endpoint::get(health::HEALTHZ, health::healthz),
        Endpoint::get(health::READYZ, health::readyz),
    ];
    let links = links::endpoints().map(Endpoint::of_form);
    functions.chain(pages).chain(forms).chain(links).chain(others)
}

/// The method and path of every endpoint, with path parameters as OpenAPI writes them.
pub fn routes() -> Vec<(Method, &'static str)> {
    endpoints().map(|endpoint| (endpoint.method, endpoint.path)).collect()
}
