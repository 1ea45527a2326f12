//! The gateway on top of async-stripe.

use crate::model::{
    AgentCount, Invoice, Money, NextCharge, StripeEvent, TenantId, Timestamp, UnpaidInvoice,
};
use crate::stripe::config::{StripeConfig, is_live_key};
use crate::stripe::observed::{observed, operation};
use crate::stripe::wire::List;
use crate::stripe::{
    CheckoutSession, Gateway, GatewayError, GatewayResult, NewCheckout, NewCustomer,
    NewPortalSession, NewQuantity, Payment, Preview, Price, PriceRef, Subscription, checkouts,
    customers, events, invoices, portal_sessions, prices, refunds, subscriptions,
};
use async_trait::async_trait;
use std::collections::HashMap;
use std::time::Duration;
use stripe::{Client, ClientBuilder};
use stripe_client_core::{IdempotencyKey, RequestBuilder, RequestStrategy, StripeRequest};

/// How long one try may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The pauses before the second and the third try.
const PAUSES: [Duration; 2] = [Duration::from_millis(300), Duration::from_millis(1200)];
/// The most that one page of a list holds.
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

    /// Sends a request that may be repeated without harm.
    pub(super) async fn without_key<T: miniserde::Deserialize + Send>(
        &self,
        request: &(impl StripeRequest + Sync),
    ) -> GatewayResult<T> {
        self.send(operation(request), || request.build(), RequestStrategy::Once).await
    }

    /// Reads all pages of a list; `after` asks for what comes after an id.
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
            let page: List<T> = self.without_key(&request).await?;
            let more = page.has_more && !page.data.is_empty();
            all.extend(page.data);
            match all.last() {
                Some(last) if more => request = after(list.clone(), id(last)),
                _ => return Ok(all),
            }
        }
    }

    /// Sends a change that must be made once: every try carries the same idempotency key.
    pub(super) async fn with_key<T: miniserde::Deserialize + Send>(
        &self,
        request: &(impl StripeRequest + Sync),
        key: &str,
    ) -> GatewayResult<T> {
        self.send(operation(request), || request.build(), idempotent(key)?).await
    }

    pub(super) async fn send<T: miniserde::Deserialize + Send>(
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

/// Each call is implemented in its resource's file.
#[async_trait]
impl Gateway for Stripe {
    fn livemode(&self) -> bool {
        self.livemode
    }

    async fn price(&self, price: &PriceRef) -> GatewayResult<Price> {
        prices::price(self, price).await
    }

    async fn create_customer(&self, customer: NewCustomer<'_>, key: &str) -> GatewayResult<String> {
        customers::create(self, customer, key).await
    }

    async fn find_customer(
        &self,
        tenant_id: &TenantId,
        email: Option<&str>,
    ) -> GatewayResult<Option<String>> {
        customers::find(self, tenant_id, email).await
    }

    async fn is_customer_of(&self, customer_id: &str, tenant_id: &TenantId) -> GatewayResult<bool> {
        customers::is_of(self, customer_id, tenant_id).await
    }

    async fn subscriptions(&self, customer_id: &str) -> GatewayResult<Vec<Subscription>> {
        subscriptions::subscriptions(self, customer_id).await
    }

    async fn create_checkout(
        &self,
        checkout: NewCheckout<'_>,
        key: &str,
    ) -> GatewayResult<CheckoutSession> {
        checkouts::create(self, checkout, key).await
    }

    async fn checkout(&self, session_id: &str) -> GatewayResult<CheckoutSession> {
        checkouts::checkout(self, session_id).await
    }

    async fn expire_checkout(&self, session_id: &str) -> GatewayResult<CheckoutSession> {
        checkouts::expire(self, session_id).await
    }

    async fn create_portal_session(&self, session: NewPortalSession<'_>) -> GatewayResult<String> {
        portal_sessions::create(self, session).await
    }

    async fn set_quantity(
        &self,
        item_id: &str,
        quantity: AgentCount,
        proration_date: i64,
        key: &str,
    ) -> GatewayResult<()> {
        subscriptions::set_quantity(self, item_id, quantity, proration_date, key).await
    }

    async fn preview_quantity(&self, change: NewQuantity<'_>) -> GatewayResult<Preview> {
        invoices::preview_quantity(self, change).await
    }

    async fn preview_recurring(&self, change: NewQuantity<'_>) -> GatewayResult<Option<Preview>> {
        invoices::preview_recurring(self, change).await
    }

    async fn change_quantity(
        &self,
        change: NewQuantity<'_>,
        key: &str,
    ) -> GatewayResult<Option<String>> {
        subscriptions::change_quantity(self, change, key).await
    }

    async fn unpaid_change(&self, subscription_id: &str) -> GatewayResult<Option<String>> {
        subscriptions::unpaid_change(self, subscription_id).await
    }

    async fn payment(&self, invoice_id: &str) -> GatewayResult<Payment> {
        invoices::payment(self, invoice_id).await
    }

    async fn unpaid_invoice(&self, invoice_id: &str) -> GatewayResult<Option<UnpaidInvoice>> {
        invoices::unpaid(self, invoice_id).await
    }

    async fn void_invoice(&self, invoice_id: &str) -> GatewayResult<()> {
        invoices::void(self, invoice_id).await
    }

    async fn cancel_at_period_end(&self, subscription_id: &str, key: &str) -> GatewayResult<()> {
        subscriptions::cancel_at_period_end(self, subscription_id, key).await
    }

    async fn cancel_now(&self, subscription_id: &str, key: &str) -> GatewayResult<()> {
        subscriptions::cancel_now(self, subscription_id, key).await
    }

    async fn end_trial(&self, subscription_id: &str, key: &str) -> GatewayResult<()> {
        subscriptions::end_trial(self, subscription_id, key).await
    }

    async fn card_fingerprint(&self, subscription_id: &str) -> GatewayResult<Option<String>> {
        subscriptions::card_fingerprint(self, subscription_id).await
    }

    async fn refund(&self, subscription_id: &str, key: &str) -> GatewayResult<Option<Money>> {
        refunds::refund(self, subscription_id, key).await
    }

    async fn refund_invoice(&self, invoice_id: &str, key: &str) -> GatewayResult<Option<Money>> {
        refunds::refund_invoice(self, invoice_id, key).await
    }

    async fn refunded_by_hand(&self, refund_id: &str) -> GatewayResult<Option<Money>> {
        refunds::refunded_by_hand(self, refund_id).await
    }

    async fn end_pause(&self, subscription_id: &str, key: &str) -> GatewayResult<()> {
        subscriptions::end_pause(self, subscription_id, key).await
    }

    async fn open_invoices(&self, subscription_id: &str) -> GatewayResult<Vec<Invoice>> {
        invoices::open(self, subscription_id).await
    }

    async fn has_drafts(&self, subscription_id: &str) -> GatewayResult<bool> {
        invoices::has_drafts(self, subscription_id).await
    }

    async fn period_is_unpaid(&self, subscription_id: &str) -> GatewayResult<bool> {
        invoices::period_is_unpaid(self, subscription_id).await
    }

    async fn resume(&self, subscription: &Subscription, key: &str) -> GatewayResult<()> {
        subscriptions::resume(self, subscription, key).await
    }

    async fn undelivered_events(
        &self,
        types: &[&str],
        since: Timestamp,
        after: Option<&str>,
    ) -> GatewayResult<Vec<StripeEvent>> {
        events::undelivered(self, types, since, after).await
    }

    async fn invoices(&self, customer_id: &str) -> GatewayResult<Vec<Invoice>> {
        invoices::invoices(self, customer_id).await
    }

    async fn resume_charge(
        &self,
        customer_id: &str,
        subscription_id: &str,
    ) -> GatewayResult<Option<NextCharge>> {
        invoices::resume_charge(self, customer_id, subscription_id).await
    }

    async fn next_charge(
        &self,
        customer_id: &str,
        subscription_id: &str,
    ) -> GatewayResult<Option<NextCharge>> {
        invoices::next_charge(self, customer_id, subscription_id).await
    }
}

pub(super) fn tenant_metadata(tenant_id: &TenantId) -> HashMap<String, String> {
    HashMap::from([("tenant_id".to_owned(), tenant_id.to_string())])
}

pub(super) fn idempotent(key: &str) -> GatewayResult<RequestStrategy> {
    let key = IdempotencyKey::new(key);
    key.map(RequestStrategy::Idempotent).map_err(|error| GatewayError::Unusable(error.to_string()))
}
