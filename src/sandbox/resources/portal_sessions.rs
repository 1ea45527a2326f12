//! `/v1/billing_portal/sessions`

use super::super::protocol::params::Params;
use super::prelude::*;

pub(crate) fn create(state: &mut State, call: &Call) -> Answer {
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
        let flow = flow(state, &params.object("flow_data")?, customer)?;
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

fn flow(state: &State, given: &Params, customer: &str) -> Answer {
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
    let after = given.object("after_completion")?;
    let redirect = after.object("redirect")?;
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
    match kind {
        "payment_method_update" => {}
        "subscription_cancel" => {
            let cancel = given.object("subscription_cancel")?;
            let id = cancel.required("subscription")?;
            let subscription =
                state.require(Kind::Subscription, id, &cancel.name("subscription"))?;
            if subscription.text("customer") != customer {
                return Err(ApiError::no_such("subscription", id, &cancel.name("subscription")));
            }
            flow.put("subscription_cancel", json!({ "retention": null, "subscription": id }));
        }
        _ => return Err(ApiError::unsupported(&given.name("type"), "this flow")),
    }
    Ok(flow)
}
