//! The frame around every page but sign-in: where one can go, who one is, what was just done.

use crate::api::{self, ApiError};
use crate::model::{Membership, Viewer};
use crate::ui::Route;
use crate::ui::answer::use_answer;
use crate::ui::components::{ErrorPage, Skeleton, SkeletonShape, Toaster, use_toasts_provider};
use crate::ui::words::PRODUCT;
use dioxus::prelude::*;

/// The frame; the page is inside.
#[component]
pub fn Shell() -> Element {
    let viewer = use_answer(api::viewer)?;
    rsx! {
        match viewer() {
            Ok(viewer) => rsx! {
                Frame { viewer }
            },
            Err(error) => rsx! {
                main { class: "alone",
                    ErrorPage { error }
                }
            },
        }
    }
}

#[component]
fn Frame(viewer: Viewer) -> Element {
    let viewer = use_context_provider(|| viewer);
    let toasts = use_toasts_provider();
    let mut ready = use_signal(|| false);
    use_effect(move || ready.set(true));
    rsx! {
        // Tests wait for this: from then on, pressing a button does something.
        div { class: "app", "data-ready": "{ready}",
            a { class: "skip", href: "#content", "Skip to content" }
            if let Some(address) = viewer.sandbox_url.clone() {
                aside { class: "sandbox", aria_label: "Sandbox",
                    "Sandbox: no real money moves. "
                    a { href: "{address}", target: "_blank", rel: "noopener", "Control page ↗" }
                }
            }
            Side { viewer: viewer.clone() }
            main { id: "content", tabindex: "-1",
                SuspenseBoundary {
                    fallback: |_| rsx! {
                        Skeleton { shape: SkeletonShape::Page, label: "Loading the page" }
                    },
                    Outlet::<Route> {}
                }
            }
            Toaster { toasts }
        }
    }
}

#[component]
fn Side(viewer: Viewer) -> Element {
    let route = use_route::<Route>();
    let tenant_id = route.tenant_id();
    let on_agents = matches!(route, Route::Agents { .. });
    let on_billing = matches!(route, Route::Billing { .. });
    let on_activity = matches!(route, Route::Activity { .. });
    rsx! {
        header { class: "side",
            Link { class: "mark", to: Route::billing(tenant_id.clone()), aria_label: "{PRODUCT}, to Billing",
                Mark {}
                "{PRODUCT}"
            }
            nav { aria_label: "Main",
                Link { to: Route::agents(tenant_id.clone()), "data-active": "{on_agents}", "Agents" }
                Link { to: Route::billing(tenant_id.clone()), "data-active": "{on_billing}", "Billing" }
                Link { to: Route::activity(tenant_id.clone()), "data-active": "{on_activity}", "Activity" }
            }
            if viewer.tenants.len() > 1 {
                TenantSwitcher { tenants: viewer.tenants.clone(), route }
            }
            div { class: "account",
                span { title: "{viewer.name}", "{viewer.email}" }
                form { method: "post", action: "/logout",
                    button { class: "button", "data-kind": "quiet", r#type: "submit", "Sign out" }
                }
            }
        }
    }
}

/// Plain links: another tenant is another page, loaded whole.
#[component]
fn TenantSwitcher(tenants: Vec<Membership>, route: Route) -> Element {
    let current = route.tenant_id();
    let address = |membership: &Membership| {
        let tenant_id = Some(membership.tenant_id.to_string());
        match route {
            Route::Agents { .. } => Route::agents(tenant_id),
            Route::Activity { .. } => Route::activity(tenant_id),
            Route::Login { .. } | Route::Billing { .. } | Route::NotFound { .. } => {
                Route::billing(tenant_id)
            }
        }
    };
    let is_current = |at: usize, membership: &Membership| match &current {
        Some(id) => membership.tenant_id.as_str() == id,
        None => at == 0,
    };
    rsx! {
        nav { class: "tenants", aria_label: "Tenants",
            for (at, membership) in tenants.iter().enumerate() {
                a {
                    key: "{membership.tenant_id}",
                    href: "{address(membership)}",
                    aria_current: is_current(at, membership).then_some("true"),
                    "{membership.tenant_name}"
                }
            }
        }
    }
}

/// The product's mark.
#[component]
pub fn Mark() -> Element {
    rsx! {
        svg { class: "logo", view_box: "0 0 32 32", width: "24", height: "24", "aria-hidden": "true",
            rect { width: "32", height: "32", rx: "9" }
            circle { cx: "12", cy: "16", r: "3" }
            circle { cx: "20", cy: "16", r: "3" }
        }
    }
}

/// The tenant that the address names, else the operator's first.
///
/// # Errors
/// 404 when the operator has no such tenant.
pub fn use_membership(tenant_id: Option<&str>) -> Result<Membership, ApiError> {
    let viewer: Viewer = use_context();
    let found = match tenant_id {
        Some(id) => viewer.tenants.iter().find(|m| m.tenant_id.as_str() == id),
        None => viewer.tenants.first(),
    };
    found.cloned().ok_or_else(|| {
        let message = match tenant_id {
            Some(_) => "This tenant isn't yours or doesn't exist.",
            None => "You have no tenant yet. Ask a colleague to invite you.",
        };
        ApiError::new(StatusCode::NOT_FOUND, "not_found", message)
    })
}
