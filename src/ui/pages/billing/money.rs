//! The buttons that lead to Stripe.

use crate::api;
use crate::model::{MainAction, OnTenant, TenantId};
use crate::ui::components::{Button, ButtonKind};
use crate::ui::mutation::{Mutation, MutationError, use_mutation};
use dioxus::fullstack::Json;
use dioxus::prelude::*;

/// The main action's words, as the status policy names it.
pub fn action_label(action: MainAction) -> &'static str {
    match action {
        MainAction::Subscribe => "Subscribe",
        MainAction::ManageBilling => "Manage Billing",
        MainAction::UpdatePayment => "Update Payment",
        MainAction::Resubscribe => "Resubscribe",
    }
}

/// Opens Stripe's Billing Portal.
#[component]
pub fn PortalButton(tenant_id: TenantId, action: MainAction, may_act: bool) -> Element {
    let mutation = use_mutation();
    let kind = match action {
        MainAction::UpdatePayment => ButtonKind::Primary,
        MainAction::Subscribe | MainAction::ManageBilling | MainAction::Resubscribe => {
            ButtonKind::Secondary
        }
    };
    rsx! {
        div { class: "control",
            Button {
                kind,
                busy: mutation.busy(),
                disabled: !may_act,
                onclick: move |_| open_portal(mutation, tenant_id.clone()),
                {action_label(action)}
            }
            MutationError { mutation }
        }
    }
}

fn open_portal(mutation: Mutation, tenant_id: TenantId) {
    mutation.leave(async move {
        let answer = api::open_portal(Json(OnTenant { tenant_id })).await?;
        Ok(answer.portal_url)
    });
}
