//! Banners about the whole page, above the card.

use super::cancel::ResumeButton;
use super::load::{Checkout, Loaded, confirm};
use super::portal::PortalButton;
use crate::model::{MainAction, SubscriptionStatus, Tenant, TenantId};
use crate::ui::components::{Banner, BannerTone};
use crate::ui::mutation::use_mutation;
use crate::ui::visit::Control;
use crate::ui::words::use_words;
use dioxus::prelude::*;

/// How often a pending Checkout is polled before the operator has to act: at one try in two seconds, a
/// minute.
const MAX_TRIES: u32 = 30;

/// Asks for payment while an invoice is unpaid, and offers to resume while Stripe has paused the
/// subscription.
#[component]
pub fn PaymentBanner(tenant: Tenant, may_act: bool, onchange: Callback<Tenant>) -> Element {
    let words = use_words();
    let mutation = use_mutation(Control::Resume);
    let paused = tenant.is_paused();
    let (tone, title, text) = match tenant.subscription_status {
        SubscriptionStatus::PastDue => {
            (BannerTone::Warning, words.billing.past_due, words.billing.past_due_text)
        }
        SubscriptionStatus::Unpaid => {
            let text = if paused { words.billing.paused_text } else { words.billing.unpaid_text };
            (BannerTone::Danger, words.billing.agents_off, text)
        }
        SubscriptionStatus::None
        | SubscriptionStatus::Trialing
        | SubscriptionStatus::Active
        | SubscriptionStatus::Canceled => return VNode::empty(),
    };
    rsx! {
        Banner { tone, title, text,
            if paused {
                ResumeButton {
                    tenant_id: tenant.id,
                    label: words.billing.end_pause,
                    may_act,
                    mutation,
                    onchange,
                }
            } else {
                PortalButton { tenant_id: tenant.id, action: MainAction::UpdatePayment, may_act }
            }
        }
    }
}

/// Reports on the Checkout that the operator returns from. Nobody whose subscription is `live` is told
/// to subscribe.
#[component]
pub fn CheckoutNote(
    tenant_id: TenantId,
    session_id: String,
    live: bool,
    checkout: Checkout,
    onanswer: EventHandler<Loaded>,
) -> Element {
    let words = use_words();
    let mutation = use_mutation(Control::Subscribe);
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
        Checkout::Failed if live => VNode::empty(),
        Checkout::Pending if live && tries() >= MAX_TRIES => VNode::empty(),
        Checkout::Failed => rsx! {
            Banner {
                tone: BannerTone::Warning,
                title: words.billing.not_confirmed,
                text: words.billing.not_yet_text,
            }
        },
        Checkout::Pending if tries() >= MAX_TRIES => rsx! {
            Banner {
                tone: BannerTone::Warning,
                title: words.billing.not_yet,
                text: words.billing.not_yet_text,
            }
        },
        Checkout::Pending => rsx! {
            div { role: "status",
                Banner {
                    tone: BannerTone::Info,
                    title: words.billing.confirming,
                    text: words.billing.confirming_text,
                    // Its animation is the dates: no timer runs in a hidden tab.
                    span { class: "pulse", onanimationiteration: ask }
                }
            }
        },
    }
}
