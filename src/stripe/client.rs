//! The gateway over async-stripe.

use crate::model::{AgentCount, Invoice, Money, NextCharge, StripeEvent, TenantId, Timestamp};
use crate::stripe::config::{StripeConfig, is_live_key};
use crate::stripe::observed::{observed, operation};
use crate::stripe::wire::{List, Object, Url, WireCheckout, WirePrice, WireSubscription};
use crate::stripe::{
    CheckoutSession, Gateway, GatewayError, GatewayResult, NewCheckout, NewCustomer, NewQuantity,
    Payment, Preview, Price, Subscription,
};
use async_trait::async_trait;
use std::collections::HashMap;
use std::time::Duration;
use stripe::{Client, ClientBuilder};
use stripe_billing::billing_portal_session::CreateBillingPortalSession;
use stripe_billing::subscription::{
    CancelSubscription, ListSubscription, ListSubscriptionStatus, UpdateSubscription,
};
use stripe_checkout::checkout_session::{ExpireCheckoutSession, RetrieveCheckoutSession};
use stripe_client_core::{
    IdempotencyKey, RequestBuilder, RequestStrategy, StripeMethod, StripeRequest,
};
use stripe_product::price::{ListPrice, RetrievePrice};

/// How long one try may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The pauses before the second and the third try.
const PAUSES: [Duration; 2] = [Duration::from_millis(300), Duration::from_millis(1200)];
/// As many as a list answers at once.
pub(super) const PAGE: i64 = 100;

/// Stripe over HTTP.
pub struct Stripe {
    client: Client,
    livemode: bool,
}

impl Stripe {
    /// # Errors
    /// When the key can't be sent in a header, or the base is no URL.
    pub fn new(config: &StripeConfig) -> GatewayResult<Self> {
        let mut builder = ClientBuilder::new(config.secret_key.trim()).timeout(TIMEOUT).app_info(
            "portal",
            Some(env!("CARGO_PKG_VERSION").to_owned()),
            None,
        );
        if let Some(base) = &config.api_base {
            builder = builder.url(format!("{}/", base.trim_end_matches('/')));
        }
        let client = builder.build().map_err(GatewayError::from)?;
        Ok(Self { client, livemode: is_live_key(&config.secret_key) })
    }

    /// Asks for something that changes nothing.
    pub(super) async fn read<T: miniserde::Deserialize + Send>(
        &self,
        request: &(impl StripeRequest + Sync),
    ) -> GatewayResult<T> {
        self.send(operation(request), || request.build(), RequestStrategy::Once).await
    }

    /// Reads a list to its end; `after` asks for what comes after an id.
    pub(super) async fn read_all<
        T: miniserde::Deserialize + Send,
        R: StripeRequest + Clone + Sync + Send,
    >(
        &self,
        list: R,
        after: impl Fn(R, &str) -> R + Send,
        id: impl Fn(&T) -> &str + Send,
    ) -> GatewayResult<Vec<T>> {
        let mut all: Vec<T> = Vec::new();
        let mut request = list.clone();
        loop {
            let page: List<T> = self.read(&request).await?;
            let more = page.has_more && !page.data.is_empty();
            all.extend(page.data);
            match all.last() {
                Some(last) if more => request = after(list.clone(), id(last)),
                _ => return Ok(all),
            }
        }
    }

    /// Asks for a change; every try carries the same key, so it is made once.
    pub(super) async fn write<T: miniserde::Deserialize + Send>(
        &self,
        request: &(impl StripeRequest + Sync),
        key: &str,
    ) -> GatewayResult<T> {
        self.send(operation(request), || request.build(), idempotent(key)?).await
    }

    async fn send<T: miniserde::Deserialize + Send>(
        &self,
        operation: &'static str,
        request: impl Fn() -> RequestBuilder + Send + Sync,
        strategy: RequestStrategy,
    ) -> GatewayResult<T> {
        let mut pauses = PAUSES.iter();
        loop {
            let sent = request().customize::<T>().request_strategy(strategy.clone());
            let sent = observed(operation, sent.send(&self.client)).await;
            let error = match sent.map_err(GatewayError::from) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match (&error, pauses.next()) {
                (GatewayError::Unavailable(_) | GatewayError::Failed(_), Some(pause)) => {
                    tokio::time::sleep(*pause).await
                }
                _ => return Err(error),
            }
        }
    }
}

#[async_trait]
impl Gateway for Stripe {
    fn livemode(&self) -> bool {
        self.livemode
    }

    async fn price(&self, lookup: &str) -> GatewayResult<Price> {
        if lookup.starts_with("price_") {
            let request = RetrievePrice::new(lookup).expand(["product".to_owned()]);
            return self.read::<WirePrice>(&request).await?.into_price();
        }
        let request = ListPrice::new()
            .lookup_keys([lookup.to_owned()])
            .active(true)
            .expand(["data.product".to_owned()])
            .limit(1);
        let found: List<WirePrice> = self.read(&request).await?;
        match found.data.into_iter().next() {
            Some(price) => price.into_price(),
            None => Err(GatewayError::Missing {
                param: "price".to_owned(),
                message: format!("Stripe has no active price with the lookup key '{lookup}'"),
            }),
        }
    }

    async fn create_customer(&self, customer: NewCustomer<'_>, key: &str) -> GatewayResult<String> {
        self.new_customer(customer, key).await
    }

    async fn find_customer(&self, customer: NewCustomer<'_>) -> GatewayResult<Option<String>> {
        self.customer_of(customer).await
    }

    async fn is_customer_of(&self, customer_id: &str, tenant_id: &TenantId) -> GatewayResult<bool> {
        self.has_customer(customer_id, tenant_id).await
    }

    async fn subscriptions(&self, customer_id: &str) -> GatewayResult<Vec<Subscription>> {
        let list = ListSubscription::new()
            .customer(customer_id)
            .status(ListSubscriptionStatus::All)
            .limit(PAGE);
        let all = self.read_all(list, |list, id| list.starting_after(id), WireSubscription::id);
        let all = all.await?;
        all.into_iter().map(WireSubscription::into_subscription).collect()
    }

    async fn create_checkout(
        &self,
        checkout: NewCheckout<'_>,
        key: &str,
    ) -> GatewayResult<CheckoutSession> {
        self.new_checkout(checkout, key).await
    }

    async fn checkout(&self, session_id: &str) -> GatewayResult<CheckoutSession> {
        Ok(self.read::<WireCheckout>(&RetrieveCheckoutSession::new(session_id)).await?.into())
    }

    async fn expire_checkout(&self, session_id: &str) -> GatewayResult<CheckoutSession> {
        Ok(self.read::<WireCheckout>(&ExpireCheckoutSession::new(session_id)).await?.into())
    }

    async fn create_portal_session(
        &self,
        customer_id: &str,
        configuration: Option<&str>,
        return_url: &str,
    ) -> GatewayResult<String> {
        let mut request =
            CreateBillingPortalSession::new().customer(customer_id).return_url(return_url);
        if let Some(configuration) = configuration {
            request = request.configuration(configuration);
        }
        Ok(self.read::<Url>(&request).await?.url)
    }

    async fn set_quantity(
        &self,
        item_id: &str,
        quantity: AgentCount,
        proration_date: i64,
        key: &str,
    ) -> GatewayResult<()> {
        self.set_seats(item_id, quantity, proration_date, key).await
    }

    async fn preview_quantity(&self, change: NewQuantity<'_>) -> GatewayResult<Preview> {
        self.preview_of_quantity(change).await
    }

    async fn preview_recurring(&self, change: NewQuantity<'_>) -> GatewayResult<Option<Preview>> {
        self.preview_of_period(change).await
    }

    async fn change_quantity(
        &self,
        change: NewQuantity<'_>,
        key: &str,
    ) -> GatewayResult<Option<String>> {
        self.change_seats(change, key).await
    }

    async fn unpaid_change(&self, subscription_id: &str) -> GatewayResult<Option<String>> {
        self.awaiting_payment(subscription_id).await
    }

    async fn payment(&self, invoice_id: &str) -> GatewayResult<Payment> {
        self.paid_for(invoice_id).await
    }

    async fn awaited_action(&self, invoice_id: &str) -> GatewayResult<Option<String>> {
        self.action_awaited_for(invoice_id).await
    }

    async fn void_invoice(&self, invoice_id: &str) -> GatewayResult<()> {
        self.void(invoice_id).await
    }

    async fn cancel_at_period_end(&self, subscription_id: &str, key: &str) -> GatewayResult<()> {
        let request = UpdateSubscription::new(subscription_id).cancel_at_period_end(true);
        self.write::<Object>(&request, key).await.map(|_| ())
    }

    async fn cancel_now(&self, subscription_id: &str, key: &str) -> GatewayResult<()> {
        self.write::<Object>(&CancelSubscription::new(subscription_id), key).await.map(|_| ())
    }

    async fn end_trial(&self, subscription_id: &str, key: &str) -> GatewayResult<()> {
        self.end_trial_now(subscription_id, key).await
    }

    async fn card_fingerprint(&self, subscription_id: &str) -> GatewayResult<Option<String>> {
        self.card_of(subscription_id).await
    }

    async fn refund(&self, subscription_id: &str, key: &str) -> GatewayResult<Option<Money>> {
        self.give_back(subscription_id, key).await
    }

    async fn end_pause(&self, subscription_id: &str, key: &str) -> GatewayResult<()> {
        self.resume_when_paid(subscription_id, key).await
    }

    async fn open_invoice(&self, subscription_id: &str) -> GatewayResult<Option<Invoice>> {
        self.latest_if_open(subscription_id).await
    }

    async fn refund_invoice(&self, invoice_id: &str, key: &str) -> GatewayResult<Option<Money>> {
        self.give_back_invoice(invoice_id, key).await
    }

    async fn resume(&self, subscription: &Subscription, key: &str) -> GatewayResult<()> {
        // `cancel_at` is cleared with an empty text, which the typed request can't say.
        let (field, value) = match subscription.cancel_at_period_end {
            true => ("cancel_at_period_end", "false"),
            false => ("cancel_at", ""),
        };
        let form = HashMap::from([(field, value)]);
        let path = format!("/subscriptions/{}", subscription.id);
        let request = || RequestBuilder::new(StripeMethod::Post, path.clone()).form(&form);
        self.send::<Object>("UpdateSubscription", request, idempotent(key)?).await.map(|_| ())
    }

    async fn undelivered_events(
        &self,
        types: &[&str],
        since: Timestamp,
        after: Option<&str>,
    ) -> GatewayResult<Vec<StripeEvent>> {
        self.untaken_events(types, since, after).await
    }

    async fn invoices(&self, customer_id: &str) -> GatewayResult<Vec<Invoice>> {
        self.latest_invoices(customer_id).await
    }

    async fn next_charge(
        &self,
        customer_id: &str,
        subscription_id: &str,
    ) -> GatewayResult<Option<NextCharge>> {
        self.upcoming(customer_id, subscription_id).await
    }
}

pub(super) fn tenant_metadata(tenant_id: &TenantId) -> HashMap<String, String> {
    HashMap::from([("tenant_id".to_owned(), tenant_id.to_string())])
}

fn idempotent(key: &str) -> GatewayResult<RequestStrategy> {
    IdempotencyKey::new(key).map(RequestStrategy::Idempotent).map_err(|error| {
        GatewayError::Refused { code: "idempotency_key".to_owned(), message: error.to_string() }
    })
}
