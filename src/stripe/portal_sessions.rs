//! Creating Billing Portal Sessions.

use crate::stripe::GatewayResult;
use crate::stripe::client::Stripe;
use crate::stripe::wire::Url;
use stripe_billing::billing_portal_session::CreateBillingPortalSession;

pub async fn create(
    stripe: &Stripe,
    customer_id: &str,
    configuration: Option<&str>,
    return_url: &str,
) -> GatewayResult<String> {
    let mut request =
        CreateBillingPortalSession::new().customer(customer_id).return_url(return_url);
    if let Some(configuration) = configuration {
        request = request.configuration(configuration);
    }
    Ok(stripe.without_key::<Url>(&request).await?.url)
}
