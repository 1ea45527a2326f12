//! A body accepted as an Event agrees with a plain JSON parser, and both databases can store it.

use portal::webhooks::read_event;
use serde_json::Value;

/// The end of the year 9999: Postgres and SQLite store and order all times up to it.
const LATEST: i64 = 253_402_300_799;

pub fn check(input: &[u8]) {
    let Ok(event) = read_event(input) else { return };
    // Parts that are not read need not be valid JSON, or even UTF-8.
    let Ok(json) = serde_json::from_slice::<Value>(input) else { return };
    let text = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).map(str::to_owned);

    assert_eq!(Some(&event.id), text("/id").as_ref());
    assert_eq!(Some(&event.event_type), text("/type").as_ref());
    assert_eq!(Some(event.livemode), json["livemode"].as_bool());
    assert_eq!(Some(event.created.timestamp()), json["created"].as_i64());
    assert_eq!(event.api_version, text("/api_version"));
    assert_eq!(event.object_id, text("/data/object/id"));
    assert_eq!(event.object_type, text("/data/object/object"));
    assert_eq!(event.request_id, text("/request/id").or(text("/request")));
    assert_eq!(event.idempotency_key, text("/request/idempotency_key"));
    let customer = text("/data/object/customer").or(text("/data/object/customer/id"));
    let is_customer = event.object_type.as_deref() == Some("customer");
    let itself = event.object_id.clone().filter(|_| is_customer);
    assert_eq!(event.customer_id, customer.or(itself));

    assert!((0..=LATEST).contains(&event.created.timestamp()));
    assert!(!event.id.is_empty());
    let kept = [
        Some(&event.id),
        Some(&event.event_type),
        event.api_version.as_ref(),
        event.object_id.as_ref(),
        event.object_type.as_ref(),
        event.customer_id.as_ref(),
        event.request_id.as_ref(),
        event.idempotency_key.as_ref(),
    ];
    for text in kept.into_iter().flatten() {
        assert!(text.len() <= 255 && !text.contains('\0'), "{text:?}");
    }
}
