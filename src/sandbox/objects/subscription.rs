//! `subscription`

use crate::sandbox::value::object;
use serde_json::{Value, json};

/// A subscription without items yet, of `billing_mode` flexible.
pub fn new(id: &str, customer: &str, currency: &str, now: i64) -> Value {
    object! {
        "id": id,
        "object": "subscription",
        "automatic_tax": json!({ "disabled_reason": null, "enabled": false, "liability": null }),
        "billing_cycle_anchor": now,
        "billing_mode": json!({ "flexible": { "proration_discounts": "included" }, "type": "flexible", "updated_at": now }),
        "billing_schedules": json!([]),
        "cancel_at_period_end": false,
        "cancellation_details": object! {; null: comment, feedback, reason },
        "collection_method": "charge_automatically",
        "created": now,
        "currency": currency,
        "customer": customer,
        "default_tax_rates": json!([]),
        "discounts": json!([]),
        "invoice_settings": json!({ "account_tax_ids": null, "custom_fields": null, "description": null, "footer": null, "issuer": { "type": "self" } }),
        "items": json!({ "object": "list", "data": [], "has_more": false, "url": format!("/v1/subscription_items?subscription={id}") }),
        "livemode": false,
        "metadata": json!({}),
        "payment_settings": json!({ "payment_method_options": null, "payment_method_types": null, "save_default_payment_method": "off" }),
        "start_date": now,
        "status": "active",
        "trial_settings": json!({ "end_behavior": { "missing_payment_method": "create_invoice" } });
        null: application, application_fee_percent, billing_cycle_anchor_config, billing_thresholds, cancel_at,
            canceled_at, customer_account, days_until_due, default_payment_method, default_source, description,
            ended_at, latest_invoice, managed_payments, next_pending_invoice_item_invoice, on_behalf_of,
            pause_collection, pending_invoice_item_interval, pending_setup_intent, pending_update, schedule,
            test_clock, transfer_data, trial_end, trial_start
    }
}
