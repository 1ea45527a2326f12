//! Banners about the whole page, above the card.

use super::cancel::ResumeButton;
use super::load::{Checkout, Loaded, confirm};
use super::portal::PortalButton;
use crate::model::{MainAction, SubscriptionStatus, Tenant, TenantId};
use crate::ui::components::{Banner, BannerTone, ButtonKind};
use crate::ui::dates::use_dates;
use crate::ui::mutation::use_mutation;
use crate::ui::visit::Control;
use crate::ui::words::{fill, use_words};
use dioxus::prelude::*;

/// How often a pending Checkout is polled before the operator has to act: at one try in two seconds, a
/// minute.
const MAX_TRIES: u32 = 30;

/// Asks for payment while an invoice is unpaid, also after the end, with the way to it, and offers to
/// resume while Stripe has paused the subscription.
#[component]
pub fn PaymentBanner(tenant: Tenant, may_act: bool, onchange: Callback<Tenant>) -> Element {
    let (words, dates) = (use_words(), use_dates());
    let mutation = use_mutation(Control::Resume);
    let paused = tenant.is_paused();
    let unpaid = tenant.unpaid_invoice.as_ref();
    let (tone, title, text) = match tenant.subscription_status {
        SubscriptionStatus::PastDue => {
            let asks = unpaid.is_some_and(|invoice| invoice.awaits_action);
            let title = if asks { words.billing.bank_asks } else { words.billing.past_due };
            (BannerTone::Warning, title, words.past_due(unpaid, dates))
        }
        SubscriptionStatus::Unpaid if paused => {
            (BannerTone::Danger, words.billing.agents_off, words.billing.paused_text.to_owned())
        }
        SubscriptionStatus::Unpaid => {
            (BannerTone::Danger, words.billing.agents_off, words.unpaid(unpaid))
        }
        SubscriptionStatus::Canceled => {
            let Some(left) = unpaid else { return VNode::empty() };
            let text = fill(words.billing.left_due_text, &[&words.money(&left.amount_due)]);
            (BannerTone::Warning, words.billing.left_due, text)
        }
        SubscriptionStatus::None | SubscriptionStatus::Trialing | SubscriptionStatus::Active => {
            return VNode::empty();
        }
    };
    let live = tenant.subscription_status.is_live();
    let pay = unpaid.filter(|_| may_act).and_then(|invoice| {
        let address = invoice.hosted_invoice_url.clone()?;
        let label = match invoice.awaits_action {
            true => words.billing.confirm_payment.to_owned(),
            false => fill(words.billing.pay_amount, &[&words.money(&invoice.amount_due)]),
        };
        Some((address, label))
    });
    // Paying the invoice settles it at once, another card only with Stripe's next try.
    let kind = if pay.is_some() { ButtonKind::Secondary } else { ButtonKind::Primary };
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
                if let Some((address, label)) = pay {
                    a {
                        class: "button",
                        "data-kind": "primary",
                        href: "{address}",
                        target: "_blank",
                        rel: "noopener",
                        "{label}"
                    }
                }
                if live {
                    PortalButton {
                        tenant_id: tenant.id,
                        label: words.action(MainAction::UpdatePayment),
                        kind,
                        tells: false,
                        may_act,
                    }
                }
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
                text: words.billing.not_confirmed_text,
            }
        },
        Checkout::Pending => rsx! {
            div { role: "status",
                if tries() < MAX_TRIES {
                    Banner {
                        tone: BannerTone::Info,
                        title: words.billing.confirming,
                        text: words.billing.confirming_text,
                        // Its animation is the clock: no timer runs in a hidden tab.
                        span { class: "pulse", onanimationiteration: ask }
                    }
                } else {
                    Banner {
                        tone: BannerTone::Warning,
                        title: words.billing.not_yet,
                        text: words.billing.not_yet_text,
                    }
                }
            }
        },
    }
}
