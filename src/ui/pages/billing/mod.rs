//! Billing: the subscription, and everything that can be done about it.

mod banners;
mod cancel;
mod card;
mod facts;
mod invoices;
mod leavers;
mod load;
mod portal;
mod quote;
mod seats;
mod subscribe;

use crate::api;
use crate::model::{AgentCount, MainAction, Membership, SubscriptionStatus, Tenant};
use crate::ui::Route;
use crate::ui::answer::use_answer;
use crate::ui::components::{ErrorPage, Heading, StrayError, use_toasts};
use crate::ui::layout::use_membership;
use crate::ui::live::use_on_change;
use crate::ui::visit::{Control, Done};
use crate::ui::words::use_words;
use banners::{CheckoutNote, PaymentBanner};
use card::SubscriptionCard;
use dioxus::prelude::*;
use invoices::Invoices;
use load::{Checkout, Loaded, load};

/// The billing page; `seats` is a number of seats to quote.
#[component]
pub fn Billing(
    tenant_id: Option<String>,
    session_id: Option<String>,
    seats: Option<i64>,
) -> Element {
    let membership = use_membership(tenant_id.as_deref());
    let seats = seats.and_then(|seats| AgentCount::try_from(seats).ok());
    rsx! {
        match membership {
            Ok(membership) => rsx! {
                BillingOf { key: "{membership.tenant_id}", membership, tenant_id, session_id, seats }
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
    seats: Option<AgentCount>,
) -> Element {
    let words = use_words();
    let may_act = membership.role.may_act();
    let tenant = membership.tenant_id;
    let mut loaded = use_answer("billing", {
        let (id, session) = (tenant.clone(), session_id.clone());
        move || load(id.clone(), session.clone(), seats.filter(|_| may_act))
    })?;

    // A confirmed Checkout is reported once: it leaves the state and the address bar, so that neither a
    // reload nor the next change reports it again.
    let toasts = use_toasts();
    let navigator = use_navigator();
    let page = Route::billing(tenant_id);
    use_effect({
        let page = page.clone();
        move || {
            let confirmed =
                matches!(&*loaded.read(), Ok(Loaded { checkout: Some(Checkout::Confirmed), .. }));
            if confirmed {
                toasts.show(Done::Confirmed);
                if let Ok(now) = &mut *loaded.write() {
                    now.checkout = None;
                }
                navigator.replace(page.clone());
            }
        }
    });

    // A change settles what the address asks for.
    let onchange = use_callback(move |tenant: Tenant| {
        loaded.set(Ok(Loaded { tenant, checkout: None, asked: None }));
        if seats.is_some() {
            navigator.replace(page.clone());
        }
    });
    use_on_change(move |()| {
        let tenant = tenant.clone();
        Box::pin(async move {
            let read = api::tenant(tenant).await?;
            if let Ok(now) = &mut *loaded.write() {
                if let Some(done) = settled(&now.tenant, &read) {
                    toasts.show(done);
                }
                now.tenant = read;
            }
            Ok(())
        })
    });
    let shown = use_callback(move |control| match &*loaded.read() {
        Ok(Loaded { tenant, .. }) => shows(tenant, &control),
        Err(_) => false,
    });
    let now = loaded();
    rsx! {
        match now {
            Ok(Loaded { tenant, checkout, asked }) => rsx! {
                Heading { title: words.billing.title }
                StrayError { shown }
                if let Some(checkout) = checkout {
                    CheckoutNote {
                        tenant_id: tenant.id.clone(),
                        session_id: session_id.unwrap_or_default(),
                        live: tenant.subscription_status.is_live(),
                        checkout,
                        onanswer: move |answer| loaded.set(Ok(answer)),
                    }
                }
                PaymentBanner { tenant: tenant.clone(), may_act, onchange }
                SubscriptionCard { tenant: tenant.clone(), asked, seats, may_act, onchange }
                Invoices {
                    tenant_id: tenant.id.clone(),
                    as_of: tenant.synced_at,
                    subscription_id: tenant
                        .stripe_subscription_id
                        .clone()
                        .filter(|_| tenant.subscription_status.is_live()),
                    paused: tenant.is_paused(),
                    may_act,
                    portal: (may_act && shows(&tenant, &Control::Portal)).then(|| {
                        match tenant.policy().action {
                            MainAction::Resubscribe => words.billing.all_invoices,
                            action => words.action(action),
                        }
                    }),
                }
            },
            Err(error) => rsx! {
                ErrorPage { error }
            },
        }
    }
}

/// What the operator has been waiting for, and may have done on a page of Stripe's.
fn settled(before: &Tenant, now: &Tenant) -> Option<Done> {
    let owed = match before.subscription_status {
        SubscriptionStatus::PastDue => true,
        SubscriptionStatus::Unpaid => !before.is_paused(),
        SubscriptionStatus::None
        | SubscriptionStatus::Trialing
        | SubscriptionStatus::Active
        | SubscriptionStatus::Canceled => false,
    };
    if owed && now.subscription_status == SubscriptionStatus::Active {
        return Some(Done::ActiveAgain);
    }
    let granted = before.pending_agent_count == Some(now.agent_quota);
    granted.then_some(Done::SeatsChanged(now.agent_quota))
}

/// Whether the page has this control, given the subscription.
fn shows(tenant: &Tenant, control: &Control) -> bool {
    let policy = tenant.policy();
    let subscribing = match policy.action {
        MainAction::Subscribe | MainAction::Resubscribe => true,
        MainAction::ManageBilling | MainAction::UpdatePayment => false,
    };
    match control {
        Control::Subscribe => subscribing,
        Control::Portal => policy.action != MainAction::Subscribe,
        Control::Seats => !subscribing && policy.access.allows_agents(),
        Control::Withdraw => !subscribing && tenant.pending_agent_count.is_some(),
        Control::Cancel => !subscribing,
        Control::Resume => !subscribing && (tenant.cancels_at.is_some() || tenant.is_paused()),
        Control::Refresh => true,
        Control::CreateAgent
        | Control::Agent(_)
        | Control::Agents
        | Control::Password
        | Control::Sessions => false,
    }
}
