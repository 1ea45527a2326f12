//! The invoices, and what the next one will charge. They come from Stripe, so they are asked for once the page is up: the page is
//! whole while Stripe is slow or away.

use crate::api;
use crate::model::{Invoice, TenantId, Timestamp, day};
use crate::ui::components::{Button, Empty, ErrorNote, Skeleton, SkeletonShape};
use crate::ui::words;
use dioxus::prelude::*;

/// The tenant's invoices, newest first; asked for again whenever the tenant was read anew.
#[component]
pub fn Invoices(tenant_id: TenantId, as_of: Option<Timestamp>) -> Element {
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
                h2 { id: "invoices", "Invoices" }
                if let Some(next) = next {
                    p { "data-testid": "next-charge", "{words::next_charge(&next)}" }
                }
            }
            match invoices.value() {
                None => rsx! {
                    Skeleton { shape: SkeletonShape::Rows, label: "Loading invoices" }
                },
                Some(Err(error)) => rsx! {
                    div { class: "empty",
                        ErrorNote { message: error.to_string() }
                        Button { onclick: move |_| { invoices.call(tenant_id.clone()); }, "Try again" }
                    }
                },
                Some(Ok(list)) if list.read().is_empty() => rsx! {
                    Empty { title: "No invoices yet", text: "The first one appears here when the subscription starts." }
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
    rsx! {
        div { class: "scroll", role: "group", aria_label: "All invoices", tabindex: "0",
            table {
                thead {
                    tr {
                        th { scope: "col", "Number" }
                        th { scope: "col", "Date" }
                        th { scope: "col", "Total" }
                        th { scope: "col", "Status" }
                        th { scope: "col",
                            span { class: "unseen", "Documents" }
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
    let number = invoice.number.unwrap_or_else(|| "Draft".to_owned());
    rsx! {
        tr {
            th { scope: "row", "{number}" }
            td { "{day(invoice.created)}" }
            td { "{invoice.total}" }
            td {
                span { class: "state", "data-state": "{invoice.status}", "{invoice.status}" }
            }
            td {
                if let Some(address) = invoice.hosted_invoice_url {
                    a { href: "{address}", target: "_blank", rel: "noopener", aria_label: "View invoice {number}", "View" }
                }
                if let Some(address) = invoice.invoice_pdf {
                    a { href: "{address}", target: "_blank", rel: "noopener", aria_label: "Invoice {number} as PDF", "PDF" }
                }
            }
        }
    }
}
