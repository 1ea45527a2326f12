//! The button that leads to Stripe's Billing Portal.

use crate::api;
use crate::model::{OnTenant, TenantId};
use crate::ui::components::{Button, ButtonKind, PostForm};
use crate::ui::mutation::{Mutation, use_mutation};
use crate::ui::visit::Control;
use dioxus::fullstack::Json;
use dioxus::prelude::*;

/// Opens Stripe's Billing Portal. Of two on a page, only one `tells` of a form that has failed.
#[component]
pub fn PortalButton(
    tenant_id: TenantId,
    label: &'static str,
    kind: ButtonKind,
    tells: bool,
    may_act: bool,
) -> Element {
    let mutation = use_mutation(Control::Portal);
    use_hook(|| {
        if !tells {
            mutation.clear();
        }
    });
    rsx! {
        PostForm {
            class: "control",
            action: "/billing/portal",
            tenant_id: tenant_id.clone(),
            onsubmit: move |_| open_portal(mutation, tenant_id.clone()),
            Button {
                kind,
                r#type: "submit",
                busy: mutation.busy(),
                disabled: !may_act,
                {label}
            }
            {mutation.note()}
        }
    }
}

fn open_portal(mutation: Mutation, tenant_id: TenantId) {
    mutation.leave(async move {
        let answer = api::open_portal(Json(OnTenant { tenant_id })).await?;
        Ok(answer.portal_url)
    });
}
