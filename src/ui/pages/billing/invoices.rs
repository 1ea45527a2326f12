//! The invoices, and the next charge. They come from Stripe, so they are requested once the page is up:
//! it is complete even while Stripe is slow or away.

use crate::api::{self, ApiError};
use crate::model::{Invoice, Money, NextCharge, TenantId, Timestamp};
use crate::ui::components::{Button, Empty, SkeletonShape, error_note, skeleton};
use crate::ui::dates::{Dates, use_dates};
use crate::ui::words::{Words, fill, plural, use_words};
use dioxus::prelude::*;

/// The tenant's invoices, newest first; requested again whenever the tenant was synced. Known ones stay
/// until newer ones arrive. `portal` is the label of the button that leads to them at Stripe, if the
/// page has one that can be pressed.
#[component]
pub fn Invoices(
    tenant_id: TenantId,
    as_of: Option<Timestamp>,
    /// The subscription that a payment keeps alive.
    subscription_id: Option<String>,
    paused: bool,
    may_act: bool,
    portal: Option<&'static str>,
) -> Element {
    let (words, dates) = (use_words(), use_dates());
    let known = use_signal(Known::default);
    let id = tenant_id.clone();
    use_effect(use_reactive!(|(id, as_of)| {
        let _: Option<Timestamp> = as_of;
        ask(known, id);
    }));
    let Known { invoices, failure, next, .. } = known();
    let next = invoices
        .iter()
        .flatten()
        .find_map(|one| about_to_be_charged(one, &subscription_id))
        .or(next);
    // What is owed comes before the next charge.
    let owed = invoices.iter().flatten().any(|one| is_owed(one, &subscription_id));
    rsx! {
        section { class: "card invoices", aria_labelledby: "invoices",
            header {
                h2 { id: "invoices", {words.billing.invoices} }
                if let Some(next) = next.filter(|_| !owed) {
                    p { "data-testid": "next-charge", {words.next_charge(&next, paused, dates)} }
                }
            }
            if let Some(error) = &failure {
                div { class: "empty",
                    {error_note(&words.error(error))}
                    Button { onclick: move |_| ask(known, tenant_id.clone()), {words.frame.try_again} }
                }
            }
            match invoices {
                Some(invoices) if invoices.is_empty() => rsx! {
                    Empty { title: words.billing.no_invoices, text: words.billing.no_invoices_text }
                },
                Some(invoices) => rsx! {
                    if invoices.len() == Invoice::LISTED {
                        p { class: "hint", {words.billing.older_invoices} }
                    }
                    Table { invoices, subscription_id, may_act }
                },
                None if failure.is_none() => rsx! {
                    p { class: "scriptless hint",
                        match portal {
                            Some(button) => fill(words.billing.invoices_at_stripe, &[button]),
                            None => words.billing.invoices_need_scripts.to_owned(),
                        }
                    }
                    {skeleton(SkeletonShape::Rows, words.billing.loading_invoices)}
                },
                None => VNode::empty(),
            }
        }
    }
}

/// What Stripe has answered so far.
#[derive(Clone, Default, PartialEq)]
struct Known {
    /// How often it was asked: only the last response counts.
    asked: u32,
    invoices: Option<Vec<Invoice>>,
    /// Why the last request failed.
    failure: Option<ApiError>,
    next: Option<NextCharge>,
}

fn ask(mut known: Signal<Known>, tenant_id: TenantId) {
    let number = known.peek().asked + 1;
    known.write().asked = number;
    let invoices = api::invoices(tenant_id.clone());
    spawn(async move {
        let answer = invoices.await;
        let mut known = known.write();
        if known.asked == number {
            match answer {
                Ok(invoices) => (known.invoices, known.failure) = (Some(invoices), None),
                Err(error) => known.failure = Some(error),
            }
        }
    });
    let next = api::next_charge(tenant_id);
    spawn(async move {
        let answer = next.await;
        let mut known = known.write();
        if known.asked == number {
            // What is no longer known must not be shown as it was before the change.
            known.next = answer.unwrap_or_default();
        }
    });
}

/// Open, and of the live subscription: paying for an ended one keeps nothing.
fn is_owed(invoice: &Invoice, subscription_id: &Option<String>) -> bool {
    invoice.is_open() && subscription_id.is_some() && invoice.subscription_id == *subscription_id
}

/// The charge of a renewal that is a draft: in its first hour it can still be changed, and is charged
/// after that.
fn about_to_be_charged(invoice: &Invoice, subscription_id: &Option<String>) -> Option<NextCharge> {
    let Money { amount, currency } = invoice.amount_due.clone();
    let comes = invoice.is_coming() && amount > 0 && invoice.subscription_id == *subscription_id;
    (comes && subscription_id.is_some()).then_some(NextCharge {
        amount_due: amount,
        credit_used: 0,
        currency,
        at: invoice.created,
    })
}

#[component]
fn Table(invoices: Vec<Invoice>, subscription_id: Option<String>, may_act: bool) -> Element {
    let (words, dates) = (use_words(), use_dates());
    let columns =
        [words.billing.number, words.billing.date, words.billing.total, words.billing.status];
    rsx! {
        div { class: "scroll", role: "group", aria_label: words.billing.all_invoices, tabindex: "0",
            table {
                thead {
                    tr {
                        for column in columns {
                            th { key: "{column}", scope: "col", "{column}" }
                        }
                        th { scope: "col",
                            span { class: "unseen", {words.billing.documents} }
                        }
                    }
                }
                tbody {
                    {invoices.into_iter().map(|invoice| {
                        let payable = may_act && is_owed(&invoice, &subscription_id);
                        row(words, dates, invoice, payable)
                    })}
                }
            }
        }
    }
}

fn row(words: &Words, dates: Dates, invoice: Invoice, payable: bool) -> Element {
    let status = words.invoice_status(&invoice.status).to_owned();
    let partly = invoice.is_open() && invoice.amount_due != invoice.total;
    let due = partly.then(|| fill(words.billing.amount_due, &[&words.money(&invoice.amount_due)]));
    let number = invoice.number.unwrap_or_else(|| words.billing.draft_number.to_owned());
    let (view, label) = match payable {
        true => (words.billing.pay, words.billing.pay_invoice),
        false => (words.billing.view, words.billing.view_invoice),
    };
    rsx! {
        tr { key: "{invoice.id}",
            th { scope: "row",
                "{number}"
                if let Some(count) = invoice.agent_count {
                    p { class: "hint", {plural(words.billing.once_paid, count)} }
                }
            }
            td { {dates.day(invoice.created)} }
            td {
                {words.money(&invoice.total)}
                if let Some(due) = due {
                    p { class: "hint", "{due}" }
                }
            }
            td {
                span { class: "state", "data-state": "{invoice.status}", "{status}" }
            }
            td {
                if let Some(address) = invoice.hosted_invoice_url {
                    a {
                        class: if payable { "button" },
                        "data-kind": if payable { "primary" },
                        href: "{address}",
                        target: "_blank",
                        rel: "noopener",
                        aria_label: fill(label, &[&number]),
                        {view}
                    }
                }
                if let Some(address) = invoice.invoice_pdf {
                    a {
                        href: "{address}",
                        target: "_blank",
                        rel: "noopener",
                        aria_label: fill(words.billing.invoice_pdf, &[&number]),
                        {words.billing.pdf}
                    }
                }
            }
        }
    }
}
