//! `setup_intent`

use crate::sandbox::{ids, value::object};
use serde_json::{Value, json};

/// A SetupIntent without a payment method.
pub fn new(customer: Option<&str>, now: i64) -> Value {
    let id = ids::long("seti");
    object! {
        "client_secret": format!("{id}_secret_{}", ids::random(24)),
        "id": id,
        "object": "setup_intent",
        "created": now,
        "customer": customer,
        "livemode": false,
        "metadata": json!({}),
        "payment_method_types": json!(["card"]),
        "status": "requires_payment_method",
        "usage": "off_session";
        null: allowed_payment_method_types, application, automatic_payment_methods, cancellation_reason,
            customer_account, description, excluded_payment_method_types, flow_directions, last_setup_error,
            latest_attempt, mandate, next_action, on_behalf_of, payment_method,
            payment_method_configuration_details, payment_method_options, single_use_mandate
    }
}
