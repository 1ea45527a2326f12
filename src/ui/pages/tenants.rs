use crate::api;
use crate::model::{TenantPage, TenantSummary};
use crate::ui::Route;
use crate::ui::answer::use_answer;
use crate::ui::components::{Button, Empty, ErrorPage, Heading};
use crate::ui::words::{Words, use_words};
use dioxus::prelude::*;

/// All tenants, page by page, for platform administrators. `search` is how their names begin, `after`
/// the last tenant of the previous page.
#[component]
pub fn Tenants(search: Option<String>, after: Option<String>) -> Element {
    let words = use_words();
    // Links to another search or page load a whole page.
    let asked = (search.clone(), after.as_ref().and_then(|id| id.parse().ok()));
    let loaded = use_answer("tenants", move || api::tenants(asked.0.clone(), asked.1.clone()))?;
    rsx! {
        match loaded() {
            Ok(page) => rsx! {
                Heading { title: words.tenants.title }
                p { class: "note", {words.tenants.note} }
                section { class: "card", aria_label: words.tenants.title,
                    form { class: "search", role: "search", method: "get", action: "/tenants",
                        div { class: "field",
                            input {
                                r#type: "search",
                                name: "search",
                                aria_label: words.tenants.search,
                                placeholder: words.tenants.search,
                                autocomplete: "off",
                                value: search.clone(),
                            }
                        }
                        Button { r#type: "submit", {words.tenants.find} }
                    }
                    List { page, search: search.clone(), further: after.is_some() }
                }
            },
            Err(error) => rsx! {
                ErrorPage { error }
            },
        }
    }
}

#[component]
fn List(page: TenantPage, search: Option<String>, further: bool) -> Element {
    let words = use_words();
    let at = |after| Route::Tenants { search: search.clone(), after };
    let first = at(None);
    let more = page.next.map(|id| at(Some(id.to_string())));
    rsx! {
        if page.tenants.is_empty() {
            Empty { title: words.tenants.none, text: words.tenants.none_text }
        }
        ul { class: "rows",
            {page.tenants.iter().map(|tenant| row(words, tenant))}
        }
        if further || more.is_some() {
            footer { class: "pages",
                if further {
                    a { href: "{first}", {words.tenants.first} }
                }
                if let Some(more) = more {
                    a { rel: "next", href: "{more}", {words.tenants.more} }
                }
            }
        }
    }
}

fn row(words: &Words, tenant: &TenantSummary) -> Element {
    let billing = Route::billing(Some(tenant.tenant_id.to_string()));
    rsx! {
        li { key: "{tenant.tenant_id}",
            div {
                a { href: "{billing}",
                    strong { "{tenant.tenant_name}" }
                }
                p { class: "note", "{tenant.tenant_id} · {words.status(tenant.subscription_status)}" }
            }
        }
    }
}
