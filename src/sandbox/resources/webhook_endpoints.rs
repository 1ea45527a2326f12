//! `/v1/webhook_endpoints`

use crate::sandbox::resources::prelude::*;

/// What Stripe's API specification allows in `enabled_events`.
const EVENT_TYPES: &str = include_str!("event_types.txt");
/// What it allows in `api_version`.
const API_VERSIONS: &str = include_str!("api_versions.txt");

pub fn create(state: &mut State, call: &Call) -> Answer {
    let url = super::url(&call.params, "url")?.ok_or_else(|| ApiError::missing("url"))?;
    super::refuse(&call.params, &["connect"])?;
    let secret = format!("whsec_{}", ids::random(32));
    let mut endpoint = objects::webhook_endpoint::new(url, &secret, state.now());
    if call.params.texts("enabled_events")?.is_empty() {
        return Err(ApiError::missing("enabled_events"));
    }
    let versions: Vec<&str> = API_VERSIONS.lines().collect();
    if let Some(version) = call.params.choice("api_version", &versions)? {
        endpoint.put("api_version", version);
    }
    fill(call, &mut endpoint)?;
    state.create(Kind::WebhookEndpoint, endpoint.clone(), None);
    // It is shown only here.
    endpoint.put("secret", secret);
    Ok(endpoint)
}

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    existing(state, call)
}

pub fn update(state: &mut State, call: &Call) -> Answer {
    let mut changed = existing(state, call)?;
    if let Some(url) = super::url(&call.params, "url")? {
        changed.put("url", url);
    }
    if let Some(disabled) = call.params.flag("disabled")? {
        changed.put("status", if disabled { "disabled" } else { "enabled" });
    }
    fill(call, &mut changed)?;
    state.edit(Kind::WebhookEndpoint, &call.id, |row| *row = changed.clone());
    Ok(changed)
}

pub fn delete(state: &mut State, call: &Call) -> Answer {
    existing(state, call)?;
    Ok(state.store.delete(Kind::WebhookEndpoint, &call.id).unwrap_or_default())
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    list::page(call, state.store.all(Kind::WebhookEndpoint).rev())
}

fn existing(state: &State, call: &Call) -> Answer {
    state
        .require(Kind::WebhookEndpoint, &call.id, "webhook_endpoint")
        .ok()
        .filter(|endpoint| !endpoint.flag("deleted"))
        .ok_or_else(|| ApiError::no_such("webhook endpoint", &call.id, "webhook_endpoint"))
}

fn fill(call: &Call, endpoint: &mut Value) -> Result<(), ApiError> {
    let types: Vec<&str> = EVENT_TYPES.lines().collect();
    let events = call.params.choices("enabled_events", &types)?;
    if !events.is_empty() {
        endpoint.put("enabled_events", events);
    }
    call.params.copy_texts(endpoint, &["description"])?;
    call.params.merge_metadata(endpoint)
}
