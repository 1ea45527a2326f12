//! The contract of the Stripe gateway, tested against the sandbox through async-stripe. Any server that
//! speaks Stripe's protocol must pass it.

use crate::helpers::{Front, KEY, RESTRICTED_KEY, World};
use portal::model::{AgentCount, Language, StripeStatus, TenantId};
use portal::stripe::{
    CheckoutStatus, Gateway, GatewayError, NewCheckout, NewCustomer, NewPortalSession, PriceRef,
    Stripe, StripeConfig,
};
use reqwest::Method;

struct Stage {
    world: World,
    stripe: Stripe,
    tenant_id: TenantId,
}

async fn stage() -> Stage {
    let world = World::on_sqlite().await;
    let config = StripeConfig {
        secret_key: "sk_test_contract".to_owned(),
        api_base: Some(world.sandbox().to_owned()),
    };
    let stripe = Stripe::new(&config).expect("a client");
    Stage { world, stripe, tenant_id: "tenant_contract".parse().expect("an id") }
}

fn named(text: &str) -> PriceRef {
    let Ok(price) = text.parse();
    price
}

impl Stage {
    async fn customer(&self) -> String {
        self.stripe.create_customer(self.new_customer(), "key-customer").await.expect("a customer")
    }

    fn new_customer(&self) -> NewCustomer<'_> {
        let tenant_id = &self.tenant_id;
        NewCustomer { tenant_id, name: "Contract", email: None, language: None }
    }

    fn checkout<'a>(&'a self, customer_id: &'a str, price_id: &'a str) -> NewCheckout<'a> {
        NewCheckout {
            tenant_id: &self.tenant_id,
            customer_id,
            price_id,
            currency: Some("usd"),
            agent_count: AgentCount::try_from(2).expect("a count"),
            trial_days: Some(14),
            allow_promotion_codes: false,
            automatic_tax: false,
            language: None,
            success_url: "http://127.0.0.1:1/done?session_id={CHECKOUT_SESSION_ID}",
            cancel_url: "http://127.0.0.1:1/back",
        }
    }

    async fn subscribed(&self) -> String {
        let customer = self.customer().await;
        let price = self.stripe.price(&named("ai_employee_monthly")).await.expect("a price");
        let checkout = self.checkout(&customer, &price.plan.price_id);
        let session = self.stripe.create_checkout(checkout, "key-checkout").await.expect("one");
        self.world.pay(&session.url.expect("a url")).await;
        customer
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_is_found_by_its_id_and_by_its_lookup_key() {
    let stage = stage().await;
    let by_key = stage.stripe.price(&named("ai_employee_monthly")).await.expect("a price");
    assert_eq!(by_key.plan.unit.to_string(), "$49.00");
    assert_eq!((by_key.plan.interval.as_str(), by_key.livemode), ("month", false));
    let by_id = stage.stripe.price(&named(&by_key.plan.price_id)).await.expect("a price");
    assert_eq!(by_id, by_key);
    for none in ["no_such_key", "price_none"] {
        let answer = stage.stripe.price(&named(none)).await;
        assert!(matches!(answer, Err(GatewayError::Missing { .. })), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_that_can_t_be_sold_is_none_that_stripe_refused() {
    let stage = stage().await;
    let once = [("currency", "usd"), ("unit_amount", "4900"), ("product_data[name]", "Once")];
    let made = stage.world.stripe(Method::POST, "/prices", &once).await;
    let id = made["id"].as_str().expect("an id");
    let error = stage.stripe.price(&named(id)).await.expect_err("it is not recurring");
    assert!(matches!(error, GatewayError::Unusable(_)), "{error:?}");
    let said = "is not recurring: a subscription needs an interval";
    assert_eq!(error.to_string(), format!("the price {id} {said}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_stripe_does_not_take_is_told_from_a_request_that_it_refuses() {
    let stage = stage().await;
    let front = Front::before(stage.world.sandbox()).await;
    let with = |key: &str| {
        let (secret_key, api_base) = (key.to_owned(), Some(front.url.clone()));
        Stripe::new(&StripeConfig { secret_key, api_base }).expect("a client")
    };
    let unknown = with("sk_test_other").try_key().await;
    assert!(matches!(unknown, Err(GatewayError::KeyRefused { status: 401, .. })), "{unknown:?}");
    let restricted = with(RESTRICTED_KEY);
    assert_eq!(restricted.try_key().await, Ok(()));
    let forbidden = restricted.webhook_endpoints().await.expect_err("no permission");
    let refused = matches!(forbidden, GatewayError::KeyRefused { status: 403, .. });
    assert!(refused && forbidden.is_refusal(), "{forbidden:?}");
    assert!(forbidden.to_string().starts_with("Stripe refused the key (403)"), "{forbidden}");
    // A refused key does not mean that the invoice is already void.
    let void = with("sk_test_other").void_invoice("in_none").await;
    assert!(matches!(void, Err(GatewayError::KeyRefused { .. })), "{void:?}");
    assert_eq!(with(KEY).void_invoice("in_none").await, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_makes_the_same_customer() {
    let stage = stage().await;
    let first = stage.customer().await;
    assert!(first.starts_with("cus_"));
    assert_eq!(stage.customer().await, first);
    let other = NewCustomer { name: "Other", email: Some("a@b.c"), ..stage.new_customer() };
    let reused = stage.stripe.create_customer(other, "key-customer").await;
    assert!(matches!(reused, Err(GatewayError::Refused { .. })), "{reused:?}");
    assert_ne!(stage.stripe.create_customer(other, "key-other").await.expect("one"), first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checkout_is_open_until_it_is_paid_or_expired() {
    let stage = stage().await;
    let customer = stage.customer().await;
    let price = stage.stripe.price(&named("ai_employee_monthly")).await.expect("a price");
    let checkout = stage.checkout(&customer, &price.plan.price_id);
    let open = stage.stripe.create_checkout(checkout, "key-1").await.expect("a session");
    assert_eq!(
        (open.status, open.customer_id.as_deref()),
        (CheckoutStatus::Open, Some(&*customer))
    );
    let expired = stage.stripe.expire_checkout(&open.id).await.expect("an expired session");
    assert_eq!((expired.status, expired.url), (CheckoutStatus::Expired, None));
    let again = stage.stripe.expire_checkout(&open.id).await;
    assert!(matches!(again, Err(GatewayError::Refused { .. })), "{again:?}");

    let open = stage.stripe.create_checkout(checkout, "key-2").await.expect("a session");
    stage.world.pay(&open.url.expect("a url")).await;
    let paid = stage.stripe.checkout(&open.id).await.expect("the session");
    assert_eq!(paid.status, CheckoutStatus::Complete);
    assert!(paid.subscription_id.is_some_and(|id| id.starts_with("sub_")));
    let none = stage.stripe.checkout("cs_test_none").await;
    assert!(matches!(none, Err(GatewayError::Missing { .. })), "{none:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_changes_its_seats_is_cancelled_resumed_and_ended() {
    let stage = stage().await;
    let customer = stage.subscribed().await;
    let read = async || {
        let mut all = stage.stripe.subscriptions(&customer).await.expect("subscriptions");
        assert_eq!(all.len(), 1);
        all.remove(0)
    };
    let subscription = read().await;
    assert_eq!(subscription.status, Ok(StripeStatus::Trialing));
    let item = subscription.items[0].clone();
    assert_eq!((item.quantity, item.unit_amount), (2, Some(4900)));
    assert_eq!(Some(item.current_period_end), subscription.trial_end);
    assert_eq!(subscription.cancels_at, None);

    let five = AgentCount::try_from(5).expect("a count");
    let set = async |date, key| stage.stripe.set_quantity(&item.id, five, date, key).await;
    let of_no_period = set(subscription.created - 86_400, "key-early").await;
    assert!(matches!(of_no_period, Err(GatewayError::Refused { .. })), "{of_no_period:?}");
    set(subscription.created, "key-five").await.expect("five seats");
    assert_eq!(read().await.items[0].quantity, 5);
    let nothing = stage.stripe.unpaid_change(&subscription.id).await.expect("an answer");
    assert_eq!(nothing, None);
    assert_eq!(stage.stripe.unpaid_change("sub_of_nobody").await, Ok(None));

    stage.stripe.cancel_at_period_end(&subscription.id, "key-cancel").await.expect("cancelled");
    let cancelled = read().await;
    assert_eq!(cancelled.cancels_at, Some(item.current_period_end));
    assert!(cancelled.cancel_at_period_end);
    stage.stripe.resume(&cancelled, "key-resume").await.expect("resumed");
    assert_eq!(read().await.cancels_at, None);

    stage.stripe.cancel_now(&subscription.id, "key-end").await.expect("ended");
    assert_eq!(read().await.status, Ok(StripeStatus::Canceled));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancellation_made_in_the_billing_portal_is_resumed_too() {
    let stage = stage().await;
    let customer = stage.subscribed().await;
    let session = NewPortalSession {
        customer_id: &customer,
        configuration: None,
        language: Some(Language::De),
        return_url: "http://127.0.0.1:1/back",
    };
    let url = stage.stripe.create_portal_session(session).await.expect("a url");
    let http = stage.world.anonymous().http;
    let id = stage.stripe.subscriptions(&customer).await.expect("one").remove(0).id;
    http.post(format!("{url}/cancel"))
        .form(&[("subscription", id.as_str())])
        .send()
        .await
        .expect("an answer");
    let subscription = stage.stripe.subscriptions(&customer).await.expect("one").remove(0);
    assert!(subscription.cancels_at.is_some() && !subscription.cancel_at_period_end);
    stage.stripe.resume(&subscription, "key-resume").await.expect("resumed");
    let subscription = stage.stripe.subscriptions(&customer).await.expect("one").remove(0);
    assert_eq!(subscription.cancels_at, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_subscription_goes_on_with_a_new_period_that_is_paid() {
    let stage = stage().await;
    let customer = stage.subscribed().await;
    let read = async || stage.stripe.subscriptions(&customer).await.expect("one").remove(0);
    let id = read().await.id;
    let early = stage.stripe.end_pause(&id, "key-early").await;
    assert!(matches!(early, Err(GatewayError::Refused { .. })), "{early:?}");
    stage.world.force_status(&id, "paused").await;
    assert_eq!(stage.stripe.open_invoice(&id).await, Ok(None));
    stage.stripe.end_pause(&id, "key-pause").await.expect("resumed");
    assert_eq!(read().await.status, Ok(StripeStatus::Active));
    assert_eq!(stage.stripe.open_invoice(&id).await, Ok(None));
    let latest = stage.stripe.invoices(&customer).await.expect("invoices").remove(0);
    assert_eq!((latest.total.amount, latest.status.as_str()), (9_800, "paid"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invoices_are_listed_newest_first() {
    let stage = stage().await;
    let customer = stage.subscribed().await;
    let invoices = stage.stripe.invoices(&customer).await.expect("invoices");
    assert_eq!(invoices.len(), 1);
    assert_eq!((invoices[0].total.amount, invoices[0].status.as_str()), (0, "paid"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_and_who_is_not_there_are_told_apart() {
    let stage = stage().await;
    let answer = stage.stripe.subscriptions("cus_none").await;
    let missing =
        matches!(&answer, Err(GatewayError::Missing { param, .. }) if param == "customer");
    assert!(missing, "{answer:?}");
    let nowhere = StripeConfig {
        secret_key: "sk_test_contract".to_owned(),
        api_base: Some("http://127.0.0.1:1".to_owned()),
    };
    let answer = Stripe::new(&nowhere).expect("a client").subscriptions("cus_none").await;
    assert!(matches!(answer, Err(GatewayError::Unavailable(_))), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_charge_is_known_until_the_subscription_is_to_end() {
    let stage = stage().await;
    let customer = stage.subscribed().await;
    let all = stage.stripe.subscriptions(&customer).await.expect("a list");
    let subscription = all.first().expect("a subscription");
    let next = stage.stripe.next_charge(&customer, &subscription.id).await.expect("an answer");
    let next = next.expect("a charge");
    assert_eq!((next.amount_due, next.currency.as_str()), (9_800, "usd"));
    assert_eq!(Some(next.at), subscription.trial_end);
    stage.stripe.cancel_at_period_end(&subscription.id, "key-cancel").await.expect("done");
    let none = stage.stripe.next_charge(&customer, &subscription.id).await.expect("an answer");
    assert_eq!(none, None);
}
