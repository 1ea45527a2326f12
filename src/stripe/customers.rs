//! Creating Customers, and finding those created before.

use crate::model::TenantId;
use crate::stripe::client::{PAGE, Stripe, tenant_metadata};
use crate::stripe::wire::{Object, WireCustomer};
use crate::stripe::{GatewayError, GatewayResult, NewCustomer};
use stripe_core::customer::{CreateCustomer, ListCustomer, RetrieveCustomer};

/// Stripe's error code for an email that it rejects, such as one without a dot in its domain.
const EMAIL_INVALID: &str = "email_invalid";

pub async fn create(
    stripe: &Stripe,
    customer: NewCustomer<'_>,
    key: &str,
) -> GatewayResult<String> {
    let mut request =
        CreateCustomer::new().name(customer.name).metadata(tenant_metadata(customer.tenant_id));
    if let Some(language) = customer.language {
        request = request.preferred_locales([language.tag().to_owned()]);
    }
    let Some(email) = customer.email else {
        return Ok(stripe.with_key::<Object>(&request, key).await?.id);
    };
    match stripe.with_key::<Object>(&request.clone().email(email), key).await {
        // A different request needs a different key.
        Err(GatewayError::Refused { code, .. }) if code == EMAIL_INVALID => {
            let tenant_id = customer.tenant_id;
            tracing::warn!(%tenant_id, code, "the customer is made without its email");
            let key = format!("{key}-without-email");
            Ok(stripe.with_key::<Object>(&request, &key).await?.id)
        }
        answer => Ok(answer?.id),
    }
}

pub async fn find(
    stripe: &Stripe,
    tenant_id: &TenantId,
    email: Option<&str>,
) -> GatewayResult<Option<String>> {
    let Some(email) = email else { return Ok(None) };
    let list = ListCustomer::new().email(email).limit(PAGE);
    let all = stripe.read_all(list, |list, id| list.starting_after(id), WireCustomer::id).await?;
    let found = all.into_iter().find(|one| one.is_of(tenant_id));
    Ok(found.map(WireCustomer::into_id))
}

pub async fn is_of(
    stripe: &Stripe,
    customer_id: &str,
    tenant_id: &TenantId,
) -> GatewayResult<bool> {
    match stripe.without_key::<WireCustomer>(&RetrieveCustomer::new(customer_id)).await {
        Ok(customer) => Ok(customer.is_of(tenant_id)),
        Err(GatewayError::Missing { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
