//! Hand-written requests. async-stripe's types for them are thousands of lines to compile for one call
//! each, with separate forms for creating and updating, which are one here.

use serde::Serialize;
use stripe_client_core::{RequestBuilder, StripeMethod, StripeRequest};

/// A change, sent as a form.
pub(super) struct Change<F> {
    pub path: String,
    pub form: F,
}

impl<F: Serialize> StripeRequest for Change<F> {
    type Output = ();

    fn build(&self) -> RequestBuilder {
        RequestBuilder::new(StripeMethod::Post, self.path.clone()).form(&self.form)
    }
}

/// One object.
pub(super) struct Retrieve {
    pub path: String,
}

impl StripeRequest for Retrieve {
    type Output = ();

    fn build(&self) -> RequestBuilder {
        RequestBuilder::new(StripeMethod::Get, self.path.clone())
    }
}

/// A page of a list.
#[derive(Clone)]
pub(super) struct Page {
    pub path: &'static str,
    pub query: PageQuery,
}

#[derive(Clone, Serialize)]
pub(super) struct PageQuery {
    limit: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    starting_after: Option<String>,
}

impl Page {
    pub fn first(path: &'static str) -> Self {
        Self { path, query: PageQuery { limit: crate::stripe::client::PAGE, starting_after: None } }
    }

    pub fn after(mut self, id: &str) -> Self {
        self.query.starting_after = Some(id.to_owned());
        self
    }
}

impl StripeRequest for Page {
    type Output = ();

    fn build(&self) -> RequestBuilder {
        RequestBuilder::new(StripeMethod::Get, self.path).query(&self.query)
    }
}
