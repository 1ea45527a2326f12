//! `/v1/billing_portal/sessions`

use crate::sandbox::due;
use crate::sandbox::protocol::params::Params;
use crate::sandbox::resources::prelude::*;

const FLOW: &str =
    "after_completion subscription_cancel subscription_update subscription_update_confirm type";

pub fn create(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    let customer = params.required("customer")?;
    super::customers::alive(state, customer, "customer")?;
    let configuration = match params.text("configuration")? {
        Some(id) => state.require(Kind::PortalConfiguration, id, "configuration")?,
        None => state.store.all(Kind::PortalConfiguration).find(|row| row.flag("is_default")).cloned().ok_or_else(|| {
            ApiError::invalid("configuration", "No configuration provided and your test mode default configuration has not been created.")
        })?,
    };
    let return_url =
        super::url(params, "return_url")?.or(configuration.maybe_text("default_return_url"));
    let mut session =
        objects::portal::session(customer, configuration.text("id"), &state.base, state.now());
    session.put("return_url", return_url);
    session.put("locale", params.text("locale")?);
    if params.has("flow_data") {
        let flow = flow(state, &params.object("flow_data", FLOW)?, customer, &configuration)?;
        let page = match flow.text("type") {
            "subscription_cancel" => {
                format!("/cancel?subscription={}", flow.text("subscription_cancel.subscription"))
            }
            _ => "/card".to_owned(),
        };
        session.put("url", format!("{}{page}", session.text("url")));
        session.put("flow", flow);
    }
    state.create(Kind::PortalSession, session.clone(), Some("billing_portal.session.created"));
    Ok(session)
}

fn flow(state: &State, given: &Params, customer: &str, configuration: &Value) -> Answer {
    given.required("type")?;
    let kind = given
        .choice(
            "type",
            &[
                "customer_update",
                "payment_method_update",
                "subscription_cancel",
                "subscription_update",
                "subscription_update_confirm",
            ],
        )?
        .unwrap_or_default();
    let after = given.object("after_completion", "hosted_confirmation redirect type")?;
    super::refuse(&after, &["hosted_confirmation"])?;
    let redirect = after.object("redirect", "return_url")?;
    let then = after
        .choice("type", &["hosted_confirmation", "portal_homepage", "redirect"])?
        .unwrap_or("portal_homepage");
    let mut flow = json!({
        "after_completion": { "hosted_confirmation": null, "redirect": null, "type": then },
        "customer_update": null, "subscription_cancel": null, "subscription_update": null,
        "subscription_update_confirm": null, "type": kind,
    });
    if then == "redirect" {
        let url = super::url(&redirect, "return_url")?
            .ok_or_else(|| ApiError::missing(&redirect.name("return_url")))?;
        flow.put("after_completion.redirect", json!({ "return_url": url }));
    }
    if !matches!(kind, "payment_method_update" | "subscription_cancel") {
        return Err(ApiError::unsupported(&given.name("type"), "this flow"));
    }
    if !configuration.flag(&format!("features.{kind}.enabled")) {
        return Err(ApiError::invalid(
            &given.name("type"),
            format!(
                "The {kind} flow can only be used where the portal configuration has features[{kind}] enabled."
            ),
        ));
    }
    if kind == "subscription_cancel" {
        let cancel = given.object(kind, "retention subscription")?;
        super::refuse(&cancel, &["retention"])?;
        let id = cancellable(state, &cancel, customer)?;
        flow.put(kind, json!({ "retention": null, "subscription": id }));
    }
    Ok(flow)
}

/// The subscription that a flow is to cancel: the customer's, and not already ending.
fn cancellable<'a>(state: &State, given: &'a Params, customer: &str) -> Result<&'a str, ApiError> {
    let (id, name) = (given.required("subscription")?, given.name("subscription"));
    let subscription = state.require(Kind::Subscription, id, &name)?;
    if subscription.text("customer") != customer {
        return Err(ApiError::no_such("subscription", id, &name));
    }
    if due::ended(&subscription) || subscription.at("cancel_at").is_some() {
        return Err(ApiError::invalid(
            &name,
            format!("The subscription {id} is canceled already, or set to be."),
        ));
    }
    Ok(id)
}
