//! Billing: what the subscription is, and everything one may do about it.

mod banners;
mod cancel;
mod card;
mod invoices;
mod leavers;
mod load;
mod money;
mod quote;
mod seats;
mod subscribe;

use crate::model::{Membership, Tenant};
use crate::ui::Route;
use crate::ui::answer::use_answer;
use crate::ui::components::{ErrorPage, Heading, use_toasts};
use crate::ui::layout::use_membership;
use banners::{CheckoutNote, PaymentBanner};
use card::SubscriptionCard;
use dioxus::prelude::*;
use invoices::Invoices;
use load::{Checkout, Loaded, load};

/// The billing page.
#[component]
pub fn Billing(tenant_id: Option<String>, session_id: Option<String>) -> Element {
    let membership = use_membership(tenant_id.as_deref());
    rsx! {
        match membership {
            Ok(membership) => rsx! {
                BillingOf { membership, tenant_id, session_id }
            },
            Err(error) => rsx! {
                ErrorPage { error }
            },
        }
    }
}

#[component]
fn BillingOf(
    membership: Membership,
    tenant_id: Option<String>,
    session_id: Option<String>,
) -> Element {
    let mut loaded = use_answer({
        let id = membership.tenant_id.clone();
        let session = session_id.clone();
        move || load(id.clone(), session.clone())
    })?;

    // A confirmed Checkout is told once: it leaves the state and the address bar, so that neither
    // a reload nor the next change tells it again.
    let toasts = use_toasts();
    let navigator = use_navigator();
    use_effect(move || {
        let confirmed =
            matches!(&*loaded.read(), Ok(Loaded { checkout: Some(Checkout::Confirmed), .. }));
        if confirmed {
            toasts.show("Subscription confirmed. Your agents are ready to work.");
            if let Ok(now) = &mut *loaded.write() {
                now.checkout = None;
            }
            navigator.replace(Route::billing(tenant_id.clone()));
        }
    });

    let onchange = use_callback(move |tenant: Tenant| {
        loaded.set(Ok(Loaded { tenant, checkout: None }));
    });
    let may_act = membership.role.may_act();
    let now = loaded();
    rsx! {
        match now {
            Ok(Loaded { tenant, checkout }) => rsx! {
                Heading { title: "Billing" }
                if let Some(checkout) = checkout {
                    CheckoutNote {
                        tenant_id: tenant.id.clone(),
                        session_id: session_id.unwrap_or_default(),
                        checkout,
                        onanswer: move |answer| loaded.set(Ok(answer)),
                    }
                }
                PaymentBanner { tenant: tenant.clone(), may_act }
                SubscriptionCard { tenant: tenant.clone(), may_act, onchange }
                Invoices { tenant_id: tenant.id.clone(), as_of: tenant.synced_at }
            },
            Err(error) => rsx! {
                ErrorPage { error }
            },
        }
    }
}
