//! What concerns the whole page, above the card.

use super::load::{Checkout, Loaded, confirm};
use super::money::PortalButton;
use crate::model::{MainAction, SubscriptionStatus, Tenant, TenantId};
use crate::ui::components::{Banner, BannerTone};
use crate::ui::mutation::use_mutation;
use dioxus::prelude::*;

/// How often a pending Checkout is asked about before the operator is: at one try in two
/// seconds, a minute.
const MAX_TRIES: u32 = 30;

/// Asks for payment while an invoice is unpaid.
#[component]
pub fn PaymentBanner(tenant: Tenant, may_act: bool) -> Element {
    let (tone, title, text) = match tenant.subscription_status {
        SubscriptionStatus::PastDue => (
            BannerTone::Warning,
            "Payment required",
            "The last payment failed. Your agents keep working while Stripe tries again.",
        ),
        SubscriptionStatus::Unpaid => (
            BannerTone::Danger,
            "Agents are off",
            "An invoice is unpaid. Your agents come back as soon as it is paid.",
        ),
        SubscriptionStatus::None
        | SubscriptionStatus::Trialing
        | SubscriptionStatus::Active
        | SubscriptionStatus::Canceled => return VNode::empty(),
    };
    rsx! {
        Banner { tone, title, text,
            PortalButton { tenant_id: tenant.id, action: MainAction::UpdatePayment, may_act }
        }
    }
}

/// Says how the Checkout stands that the operator comes back from.
#[component]
pub fn CheckoutNote(
    tenant_id: TenantId,
    session_id: String,
    checkout: Checkout,
    onanswer: EventHandler<Loaded>,
) -> Element {
    let mutation = use_mutation();
    let mut tries = use_signal(|| 0_u32);
    let ask = move |_| {
        if tries() < MAX_TRIES && !mutation.busy() {
            tries += 1;
            let request = confirm(tenant_id.clone(), session_id.clone());
            mutation.run(request, move |answer| onanswer.call(answer));
        }
    };
    match checkout {
        Checkout::Confirmed => VNode::empty(),
        Checkout::Failed(reason) => rsx! {
            Banner {
                tone: BannerTone::Warning,
                title: "This checkout could not be confirmed",
                text: reason,
            }
        },
        Checkout::Pending if tries() >= MAX_TRIES => rsx! {
            Banner {
                tone: BannerTone::Warning,
                title: "Not confirmed yet",
                text: "Stripe has not seen the payment so far. Press Refresh in a while, or subscribe again.",
            }
        },
        Checkout::Pending => rsx! {
            div { role: "status",
                Banner {
                    tone: BannerTone::Info,
                    title: "Confirming your subscription…",
                    text: "Stripe is still working on the payment. This takes a few seconds.",
                    // Its animation is the clock: no timer runs in a tab that nobody looks at.
                    span { class: "pulse", onanimationiteration: ask }
                }
            }
        },
    }
}
