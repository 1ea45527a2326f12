//! What a sandbox starts with: the plan that is sold, and the Billing Portal's settings.

use crate::sandbox::objects::{portal, price, product, test_clock, webhook_endpoint};
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use crate::sandbox::{API_VERSION, WebhookTarget};
use serde_json::json;

const PLAN: &str = "AI Employee Plan";
const LOOKUP_KEY: &str = "ai_employee_monthly";
const MONTHLY_CENTS: i64 = 4_900;

/// Creates a test clock and, unless `empty`, the product, its monthly price and the default portal
/// configuration.
pub fn seed(state: &mut State, empty: bool) {
    let now = state.now();
    state.create(Kind::TestClock, test_clock::new(Some("Sandbox"), now), None);
    if empty {
        return;
    }
    let mut plan = product::new(PLAN, now);
    plan.put("description", "An AI employee that works for your team, billed per month.");
    plan.put("unit_label", "agent");
    let mut monthly = price::new(plan.text("id"), "usd", now);
    monthly.put("unit_amount", MONTHLY_CENTS);
    monthly.put("unit_amount_decimal", MONTHLY_CENTS.to_string());
    monthly.put("lookup_key", LOOKUP_KEY);
    monthly.put("tax_behavior", "exclusive");
    monthly.put("type", "recurring");
    monthly.put("recurring", price::recurring("month", 1));
    plan.put("default_price", monthly.text("id"));
    state.create(Kind::Product, plan, None);
    state.create(Kind::Price, monthly, None);
    let mut configuration = portal::configuration(now);
    configuration.put("is_default", true);
    state.create(Kind::PortalConfiguration, configuration, None);
}

/// Registers an endpoint with a secret chosen by the caller. Updates the one registered at an earlier
/// start, if there is one.
pub fn register_webhook(state: &mut State, hook: &WebhookTarget) {
    let earlier = state.store.all(Kind::WebhookEndpoint).find(|row| row.flag("_registered"));
    if let Some(id) = earlier.map(|row| row.text("id").to_owned()) {
        return state.edit(Kind::WebhookEndpoint, &id, |row| {
            row.put("url", hook.url.as_str());
            row.put("_secret", hook.secret.as_str());
            row.put("enabled_events", json!(hook.enabled_events));
        });
    }
    let mut endpoint = webhook_endpoint::new(&hook.url, &hook.secret, state.now());
    endpoint.put("enabled_events", json!(hook.enabled_events));
    endpoint.put("api_version", API_VERSION);
    endpoint.put("_registered", true);
    endpoint.put("description", "Registered when the sandbox started");
    state.create(Kind::WebhookEndpoint, endpoint, None);
}
