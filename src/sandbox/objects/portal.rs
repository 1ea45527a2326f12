//! `billing_portal.session` and `billing_portal.configuration`

use crate::sandbox::{ids, value::object};
use serde_json::{Value, json};

/// A portal session for a customer; `base` is the base URL of the hosted pages.
pub fn session(customer: &str, configuration: &str, base: &str, now: i64) -> Value {
    let token = format!("test_{}", ids::random(32));
    object! {
        "id": ids::long("bps"),
        "object": "billing_portal.session",
        "configuration": configuration,
        "created": now,
        "customer": customer,
        "livemode": false,
        "url": format!("{base}/p/session/{token}"),
        "_token": token;
        null: customer_account, flow, locale, on_behalf_of, return_url
    }
}

/// A configuration with everything enabled that the sandbox's portal can do.
pub fn configuration(now: i64) -> Value {
    object! {
        "id": ids::long("bpc"),
        "object": "billing_portal.configuration",
        "active": true,
        "business_profile": object! {; null: headline, privacy_policy_url, terms_of_service_url },
        "created": now,
        "features": json!({
            "customer_update": { "allowed_updates": [], "enabled": false },
            "invoice_history": { "enabled": true },
            "payment_method_update": { "enabled": true, "payment_method_configuration": null },
            "subscription_cancel": {
                "cancellation_reason": { "enabled": false, "feedback_options": null, "options": [] },
                "enabled": true,
                "mode": "at_period_end",
                "proration_behavior": "none",
            },
            "subscription_update": {
                "billing_cycle_anchor": null,
                "default_allowed_updates": [],
                "enabled": false,
                "products": null,
                "proration_behavior": "none",
                "schedule_at_period_end": { "conditions": [] },
                "trial_update_behavior": "continue_trial",
            },
        }),
        "is_default": false,
        "livemode": false,
        "login_page": json!({ "enabled": false, "url": null }),
        "metadata": json!({}),
        "updated": now;
        null: application, default_return_url, name
    }
}
