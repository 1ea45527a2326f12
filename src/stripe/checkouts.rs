//! Creating, reading and expiring Checkout Sessions.

use crate::model::Language;
use crate::stripe::client::{Stripe, tenant_metadata};
use crate::stripe::wire::WireCheckout;
use crate::stripe::{CheckoutSession, GatewayResult, NewCheckout};
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionAllowedPaymentMethodTypes,
    CreateCheckoutSessionAutomaticTax, CreateCheckoutSessionCustomerUpdate,
    CreateCheckoutSessionCustomerUpdateAddress, CreateCheckoutSessionLineItems,
    CreateCheckoutSessionPaymentMethodCollection, CreateCheckoutSessionSubscriptionData,
    ExpireCheckoutSession, RetrieveCheckoutSession,
};
use stripe_shared::{CheckoutSessionBillingAddressCollection, CheckoutSessionLocale};
use stripe_types::Currency;

pub async fn create(
    stripe: &Stripe,
    checkout: NewCheckout<'_>,
    key: &str,
) -> GatewayResult<CheckoutSession> {
    let mut line = CreateCheckoutSessionLineItems::new();
    line.price = Some(checkout.price_id.to_owned());
    line.quantity = Some(checkout.agent_count.get().into());
    let mut subscription = CreateCheckoutSessionSubscriptionData::new();
    subscription.trial_period_days = checkout.trial_days;
    subscription.metadata = Some(tenant_metadata(checkout.tenant_id));
    let mut request = CreateCheckoutSession::new()
        .mode(stripe_shared::CheckoutSessionMode::Subscription)
        .customer(checkout.customer_id)
        .client_reference_id(checkout.tenant_id.as_str())
        .line_items([line])
        .subscription_data(subscription)
        .allowed_payment_method_types([CreateCheckoutSessionAllowedPaymentMethodTypes::Card])
        .payment_method_collection(CreateCheckoutSessionPaymentMethodCollection::Always)
        .success_url(checkout.success_url)
        .cancel_url(checkout.cancel_url);
    if let Some(Ok(currency)) = checkout.currency.map(str::parse::<Currency>) {
        request = request.currency(currency);
    }
    if let Some(language) = checkout.language {
        request = request.locale(match language {
            Language::En => CheckoutSessionLocale::En,
            Language::De => CheckoutSessionLocale::De,
        });
    }
    if checkout.allow_promotion_codes {
        request = request.allow_promotion_codes(true);
    }
    if checkout.automatic_tax {
        let mut update = CreateCheckoutSessionCustomerUpdate::new();
        update.address = Some(CreateCheckoutSessionCustomerUpdateAddress::Auto);
        request = request
            .automatic_tax(CreateCheckoutSessionAutomaticTax::new(true))
            .customer_update(update)
            .billing_address_collection(CheckoutSessionBillingAddressCollection::Required);
    }
    Ok(stripe.with_key::<WireCheckout>(&request, key).await?.into())
}

pub async fn checkout(stripe: &Stripe, session_id: &str) -> GatewayResult<CheckoutSession> {
    let request = RetrieveCheckoutSession::new(session_id);
    Ok(stripe.without_key::<WireCheckout>(&request).await?.into())
}

pub async fn expire(stripe: &Stripe, session_id: &str) -> GatewayResult<CheckoutSession> {
    let request = ExpireCheckoutSession::new(session_id);
    Ok(stripe.without_key::<WireCheckout>(&request).await?.into())
}
