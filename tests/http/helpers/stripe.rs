//! Requests to Stripe directly.

use reqwest::{Client, Method, RequestBuilder};

/// A request to the Stripe at this URL: a GET has its fields in the query, any other in its form.
pub fn stripe_request(
    http: &Client,
    url: &str,
    key: &str,
    method: Method,
    path: &str,
    fields: &[(&str, &str)],
) -> RequestBuilder {
    let asks = method == Method::GET;
    let request = http.request(method, format!("{url}/v1{path}")).bearer_auth(key);
    if asks { request.query(fields) } else { request.form(fields) }
}
