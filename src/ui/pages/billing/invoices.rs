//! The invoices, and what the next one will charge. They come from Stripe, so they are asked for
//! once the page is up: the page is whole while Stripe is slow or away.

use crate::api;
use crate::model::{Invoice, TenantId, Timestamp};
use crate::ui::clock::use_clock;
use crate::ui::components::{Button, Empty, ErrorNote, Skeleton, SkeletonShape};
use crate::ui::words::{fill, use_words};
use dioxus::prelude::*;

/// The tenant's invoices, newest first; asked for again whenever the tenant was read anew.
#[component]
pub fn Invoices(tenant_id: TenantId, as_of: Option<Timestamp>) -> Element {
    let (words, clock) = (use_words(), use_clock());
    let mut invoices = use_action(api::invoices);
    let mut next = use_action(api::next_charge);
    let id = tenant_id.clone();
    use_effect(use_reactive!(|(id, as_of)| {
        let _: Option<Timestamp> = as_of;
        invoices.call(id.clone());
        next.call(id);
    }));
    let next = next.value().and_then(Result::ok).and_then(|next| next());
    rsx! {
        section { class: "card invoices", aria_labelledby: "invoices",
            header {
                h2 { id: "invoices", {words.billing.invoices} }
                if let Some(next) = next {
                    p { "data-testid": "next-charge", {words.next_charge(&next, clock)} }
                }
            }
            match invoices.value() {
                None => rsx! {
                    p { class: "scriptless hint", {words.billing.invoices_need_scripts} }
                    Skeleton { shape: SkeletonShape::Rows, label: words.billing.loading_invoices }
                },
                Some(Err(error)) => rsx! {
                    div { class: "empty",
                        ErrorNote { message: words.error(&(&error).into()) }
                        Button { onclick: move |_| { invoices.call(tenant_id.clone()); }, {words.frame.try_again} }
                    }
                },
                Some(Ok(list)) if list.read().is_empty() => rsx! {
                    Empty { title: words.billing.no_invoices, text: words.billing.no_invoices_text }
                },
                Some(Ok(list)) => rsx! {
                    Table { invoices: list() }
                },
            }
        }
    }
}

#[component]
fn Table(invoices: Vec<Invoice>) -> Element {
    let words = use_words();
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
                    for invoice in invoices {
                        Row { key: "{invoice.id}", invoice }
                    }
                }
            }
        }
    }
}

#[component]
fn Row(invoice: Invoice) -> Element {
    let (words, clock) = (use_words(), use_clock());
    let number = invoice.number.unwrap_or_else(|| words.billing.draft_number.to_owned());
    let status = words.invoice_status(&invoice.status).to_owned();
    rsx! {
        tr {
            th { scope: "row", "{number}" }
            td { {clock.day(invoice.created)} }
            td { {words.money(&invoice.total)} }
            td {
                span { class: "state", "data-state": "{invoice.status}", "{status}" }
            }
            td {
                if let Some(address) = invoice.hosted_invoice_url {
                    a {
                        href: "{address}",
                        target: "_blank",
                        rel: "noopener",
                        aria_label: fill(words.billing.view_invoice, &[&number]),
                        {words.billing.view}
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
