//! What is recorded of each call to Stripe: a span, a metric, and for a failure Stripe's request id.

use crate::telemetry::name_span;
use metrics::histogram;
use std::time::Instant;
use stripe::StripeError;
use stripe_shared::ApiErrorsCode;
use tracing::field::Empty;
use tracing::{Instrument, info_span};

/// The operation, named after the request's type, such as "RetrievePrice".
pub(super) fn operation<R>(_: &R) -> &'static str {
    let name = std::any::type_name::<R>();
    let name = name.split('<').next().unwrap_or(name);
    name.rsplit("::").next().unwrap_or(name)
}

/// Awaits one try and records its outcome.
pub(super) async fn observed<T>(
    operation: &'static str,
    call: impl Future<Output = Result<T, StripeError>>,
) -> Result<T, StripeError> {
    let began = Instant::now();
    let span = info_span!("stripe", otel.name = Empty, otel.kind = Empty, operation);
    name_span(&span, operation, "client");
    let answer = call.instrument(span.clone()).await;
    let outcome = match &answer {
        Ok(_) => "ok",
        Err(StripeError::Stripe(_, status)) if *status < 500 => "refused",
        Err(StripeError::Stripe(..)) => "failed",
        Err(StripeError::Timeout) => "timeout",
        Err(
            StripeError::ClientError(_)
            | StripeError::JSONDeserialize(_)
            | StripeError::ConfigError(_),
        ) => "unreachable",
    };
    let seconds = began.elapsed().as_secs_f64();
    histogram!(
        "stripe_request_duration_seconds",
        "operation" => operation,
        "outcome" => outcome
    )
    .record(seconds);
    let _entered = span.enter();
    match &answer {
        Ok(_) => tracing::debug!(seconds, "Stripe answered"),
        // An answer like any other: the subscription is to end.
        Err(StripeError::Stripe(error, _))
            if error.code == Some(ApiErrorsCode::InvoiceUpcomingNone) =>
        {
            tracing::debug!(seconds, "Stripe has no invoice coming");
        }
        Err(StripeError::Stripe(error, status)) => {
            let request_id = error.request_log_url.as_deref().and_then(request_id);
            tracing::warn!(status, request_id, seconds, outcome, "Stripe refused");
        }
        Err(_) => tracing::warn!(seconds, outcome, "Stripe did not answer"),
    }
    answer
}

/// The `req_…` in the URL of Stripe's log of a request.
fn request_id(url: &str) -> Option<&str> {
    let id = &url[url.find("req_")?..];
    Some(id.split(['?', '/', '&']).next().unwrap_or(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use stripe_product::price::RetrievePrice;

    #[test]
    fn an_operation_is_called_by_its_request() {
        assert_eq!(operation(&RetrievePrice::new("price_1")), "RetrievePrice");
        assert_eq!(operation(&Some(1)), "Option");
    }

    #[test]
    fn a_request_is_known_by_its_id() {
        let url = "https://dashboard.stripe.com/test/logs/req_1aB?t=1700000000";
        assert_eq!(request_id(url), Some("req_1aB"));
        assert_eq!(request_id("https://dashboard.stripe.com/"), None);
    }
}
