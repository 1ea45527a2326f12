//! Which tenant is being looked at, as the address says, and how to switch.

use crate::api::ApiError;
use crate::model::{ErrorCode, Membership, Viewer};
use crate::ui::Route;
use crate::ui::words::use_words;
use dioxus::prelude::*;

const MENU: &str = "tenants-menu";

/// The tenant that the address names, or the operator's first.
pub fn looked_at<'a>(viewer: &'a Viewer, tenant_id: Option<&str>) -> Option<&'a Membership> {
    match tenant_id {
        Some(id) => viewer.tenants.iter().find(|m| m.tenant_id.as_str() == id),
        None => viewer.tenants.first(),
    }
}

/// The same, for a page.
///
/// # Errors
/// 404 if the operator has no such tenant, or none at all.
pub fn use_membership(tenant_id: Option<&str>) -> Result<Membership, ApiError> {
    let viewer: Viewer = use_context();
    looked_at(&viewer, tenant_id).cloned().ok_or_else(|| {
        let (code, message) = match tenant_id {
            Some(_) => (ErrorCode::NoSuchTenant, "There is no such tenant, or it is not yours."),
            None => (ErrorCode::NoTenant, "You have no tenant."),
        };
        ApiError::new(StatusCode::NOT_FOUND, code, message)
    })
}

/// Plain links in a drop-down: switching tenants loads a whole page.
#[component]
pub fn TenantSwitcher(tenants: Vec<Membership>, route: Route) -> Element {
    let words = use_words();
    let looked_at = route.tenant_id();
    let current = tenants.iter().position(|membership| match &looked_at {
        Some(id) => membership.tenant_id.as_str() == id,
        None => true,
    });
    let name = current.and_then(|at| tenants.get(at)).map_or("…", |m| m.tenant_name.as_str());
    rsx! {
        div { class: "menu tenants",
            button { r#type: "button", popovertarget: MENU,
                span { class: "unseen", "{words.frame.tenants}: " }
                span { dir: "auto", "{name}" }
            }
            nav { id: MENU, popover: "auto", aria_label: words.frame.tenants,
                for (at , membership) in tenants.iter().enumerate() {
                    a {
                        key: "{membership.tenant_id}",
                        href: "{address(&route, membership)}",
                        dir: "auto",
                        aria_current: (current == Some(at)).then_some("true"),
                        "{membership.tenant_name}"
                    }
                }
            }
        }
    }
}

/// The same page for another tenant.
fn address(route: &Route, membership: &Membership) -> Route {
    let tenant_id = Some(membership.tenant_id.to_string());
    match route {
        Route::Agents { .. } => Route::agents(tenant_id),
        Route::Activity { .. } => Route::activity(tenant_id),
        Route::Account { .. } => Route::account(tenant_id),
        #[cfg(debug_assertions)]
        Route::Components {} => route.clone(),
        Route::Login { .. }
        | Route::Billing { .. }
        | Route::Tenants { .. }
        | Route::NotFound { .. } => Route::billing(tenant_id),
    }
}
