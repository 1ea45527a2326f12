//! The account at Stripe.

use crate::config::Config;
use crate::doctor::{Finding, within};
use crate::setup::plan::{Verdict, judge, plan_cost, remedy};
use crate::setup::webhook::{OTHER_VERSION, chosen, differences, missing, webhook_url};
use crate::stripe::account::{AfterLastRetry, api_version};
use crate::stripe::{GatewayError, GatewayResult, PriceRef, Stripe, is_live_key};

const SET_UP: &str = "Run `portal stripe setup`, which puts it right.";
const CONFIGURE: &str =
    "Run `portal stripe setup`, and set STRIPE_PORTAL_CONFIGURATION to what it says.";
const DUNNING: &str = "In the Dashboard, under Settings, Billing, Subscriptions and emails, Manage \
                       failed payments, choose to cancel the subscription.";

/// Checks the key, and if Stripe accepts it also how the account is set up.
pub async fn examine(config: &Config, stripe: &Stripe) -> Vec<Finding> {
    let key = within("stripe_key", key(config, stripe)).await;
    if key.level == super::Level::Fault {
        return vec![key];
    }
    let (price, portal, webhook, retry) = tokio::join!(
        looked_at("price", price(config, stripe)),
        looked_at("portal_configuration", portal(config, stripe)),
        looked_at("webhook_endpoint", webhook(config, stripe)),
        looked_at("last_retry", last_retry(stripe)),
    );
    vec![key, price, portal, webhook, retry]
}

async fn looked_at(
    check: &'static str,
    looking: impl Future<Output = GatewayResult<Finding>>,
) -> Finding {
    let finding = async { looking.await.unwrap_or_else(|error| Finding::of_stripe(check, &error)) };
    within(check, finding).await
}

async fn key(config: &Config, stripe: &Stripe) -> Finding {
    const CHECK: &str = "stripe_key";
    let live = is_live_key(&config.stripe_beside().secret_key);
    let mode = if live { "a live key: real money moves" } else { "a test key: no money moves" };
    match stripe.try_key().await {
        Ok(()) => Finding::ok(CHECK, format!("Stripe takes it; it is {mode}")),
        Err(error @ (GatewayError::Unavailable(_) | GatewayError::Failed(_))) => {
            Finding::of_stripe(CHECK, &error)
        }
        Err(error) => Finding::fault(CHECK, &error, crate::setup::remedy_for(&error)),
    }
}

async fn price(config: &Config, stripe: &Stripe) -> GatewayResult<Finding> {
    const CHECK: &str = "price";
    let named = &config.price;
    let Some(price) = stripe.account_price(named).await? else {
        let what = format!("Stripe has no price '{named}'");
        let remedy = match named {
            PriceRef::Id(_) => "Correct STRIPE_PRICE.",
            PriceRef::LookupKey(_) => {
                "Run `portal stripe setup`, which makes it; or correct STRIPE_PRICE."
            }
        };
        return Ok(Finding::fault(CHECK, what, remedy));
    };
    Ok(match judge(&price, named) {
        Verdict::Right if config.automatic_tax && !price.is_without_tax() => Finding::warning(
            CHECK,
            format!(
                "{}: Stripe works out the tax, and this price is not one without tax",
                price.id
            ),
            "In the Dashboard, set the price's tax behaviour to exclusive; where it can't be changed \
             any more, make another price.",
        ),
        Verdict::Right => Finding::ok(CHECK, format!("{} is on sale at {}", price.id, plan_cost())),
        Verdict::Chosen(what) => Finding::warning(
            CHECK,
            format!("{}: {what}", price.id),
            "Nothing, if that is meant: STRIPE_PRICE names this price by its id.",
        ),
        Verdict::Wrong(what) => {
            Finding::fault(CHECK, format!("{}: {what}", price.id), remedy(named))
        }
    })
}

async fn portal(config: &Config, stripe: &Stripe) -> GatewayResult<Finding> {
    const CHECK: &str = "portal_configuration";
    let found = match &config.portal_configuration {
        Some(id) => stripe.portal_configuration(id).await?,
        None => stripe.default_portal_configuration().await?,
    };
    let Some(found) = found else {
        let what = match &config.portal_configuration {
            Some(id) => format!("Stripe has no Billing Portal configuration {id}"),
            None => "the account has no default Billing Portal configuration".to_owned(),
        };
        return Ok(Finding::fault(CHECK, what, CONFIGURE));
    };
    // The account's default may be in use elsewhere: setup creates one beside it.
    let remedy = config.portal_configuration.as_ref().map_or(CONFIGURE, |_| SET_UP);
    let differences = found.differences();
    let what = format!("{}: {}", found.id, differences.join("; "));
    Ok(if found.allows_quantities() {
        let what = format!(
            "{}: customers can change their number of agents there, past the quote",
            found.id
        );
        Finding::fault(CHECK, what, remedy)
    } else if !found.active {
        Finding::fault(CHECK, what, remedy)
    } else if differences.is_empty() {
        Finding::ok(CHECK, format!("{} is active, without quantities", found.id))
    } else {
        Finding::warning(CHECK, what, format!("{remedy} Nothing, if that is meant."))
    })
}

async fn webhook(config: &Config, stripe: &Stripe) -> GatewayResult<Finding> {
    const CHECK: &str = "webhook_endpoint";
    let url = webhook_url(&config.public_url());
    let Some(endpoint) = chosen(stripe.webhook_endpoints().await?, &url) else {
        let what = format!("Stripe sends no events to {url}");
        let remedy = "Run `portal stripe setup`, which makes the endpoint, or correct PORTAL_URL.";
        return Ok(Finding::fault(CHECK, what, remedy));
    };
    let id = &endpoint.id;
    let differences = differences(&endpoint);
    let what = format!("{id}: {}", differences.join("; "));
    Ok(if !endpoint.speaks_our_version() {
        let version = endpoint.api_version.as_deref().unwrap_or("the account's default");
        let what = format!("{id} is sent version {version}, not {}", api_version());
        Finding::fault(CHECK, what, OTHER_VERSION)
    } else if !endpoint.is_enabled() || !missing(&endpoint).is_empty() {
        Finding::fault(CHECK, what, SET_UP)
    } else if !differences.is_empty() {
        Finding::warning(CHECK, what, SET_UP)
    } else {
        Finding::ok(CHECK, format!("{id} is sent what is needed, version {}", api_version()))
    })
}

async fn last_retry(stripe: &Stripe) -> GatewayResult<Finding> {
    const CHECK: &str = "last_retry";
    Ok(match stripe.after_last_retry().await? {
        AfterLastRetry::Canceled(id) => {
            Finding::ok(CHECK, format!("Stripe cancels what stays unpaid, as it did {id}"))
        }
        AfterLastRetry::Unpaid(id) => {
            Finding::ok(CHECK, format!("Stripe marks what stays unpaid as such, as it did {id}"))
        }
        AfterLastRetry::StaysPastDue(id) => Finding::warning(
            CHECK,
            format!("{id} is left past_due after its last retry, and its agents go on working"),
            DUNNING,
        ),
        AfterLastRetry::Unseen => Finding {
            remedy: Some(DUNNING.to_owned()),
            ..Finding::ok(
                CHECK,
                "Stripe does not tell what it does after the last retry, and no subscription shows it",
            )
        },
    })
}
