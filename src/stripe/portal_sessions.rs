//! Creating Billing Portal Sessions.

use crate::model::Language;
use crate::stripe::client::Stripe;
use crate::stripe::wire::Url;
use crate::stripe::{GatewayResult, NewPortalSession};
use stripe_billing::BillingPortalSessionLocale;
use stripe_billing::billing_portal_session::CreateBillingPortalSession;

pub async fn create(stripe: &Stripe, session: NewPortalSession<'_>) -> GatewayResult<String> {
    let mut request = CreateBillingPortalSession::new()
        .customer(session.customer_id)
        .return_url(session.return_url);
    if let Some(configuration) = session.configuration {
        request = request.configuration(configuration);
    }
    if let Some(language) = session.language {
        request = request.locale(match language {
            Language::En => BillingPortalSessionLocale::En,
            Language::De => BillingPortalSessionLocale::De,
        });
    }
    Ok(stripe.without_key::<Url>(&request).await?.url)
}
