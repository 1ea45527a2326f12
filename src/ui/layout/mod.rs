//! The frame around every page but sign-in: navigation, account, and what was just done.

mod menu;
mod tenants;

pub use menu::Preferences;
pub use tenants::use_membership;

use crate::api;
use crate::model::Viewer;
use crate::ui::Route;
use crate::ui::answer::use_answer;
use crate::ui::components::{
    ErrorPage, SkeletonShape, Toaster, open_in_place, skeleton, use_toasts_provider,
};
use crate::ui::dates::use_hydrated;
use crate::ui::live::{ConnectionNote, use_live_provider};
use crate::ui::mutation::{WorkingNote, use_in_flight_provider};
use crate::ui::visit::{use_notice_for, use_visit};
use crate::ui::words::{PRODUCT, fill, use_words};
use dioxus::prelude::*;
use menu::AccountMenu;
use tenants::TenantSwitcher;

/// The frame around the page.
#[component]
pub fn Shell() -> Element {
    // Switching tenants loads a whole page.
    let tenant_id = use_route::<Route>().tenant_id().and_then(|id| id.parse().ok());
    let viewer = use_answer("viewer", move || api::viewer(tenant_id.clone()))?;
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

/// Says on every page that no real money moves, if the portal runs on its own Stripe sandbox.
#[component]
pub fn SandboxNote() -> Element {
    let words = use_words();
    rsx! {
        if let Some(address) = &use_visit().sandbox_url {
            aside { class: "sandbox", aria_label: words.frame.sandbox,
                {words.frame.sandbox_note}
                " "
                a { href: "{address}", target: "_blank", rel: "noopener", {words.frame.control_page} }
            }
        }
    }
}

#[component]
fn Frame(viewer: Viewer) -> Element {
    let words = use_words();
    let viewer = use_context_provider(|| viewer);
    let toasts = use_toasts_provider();
    let in_flight = use_in_flight_provider();
    let route = use_route::<Route>();
    use_notice_for(&route);
    let tenant = tenants::looked_at(&viewer, route.tenant_id().as_deref());
    use_live_provider(tenant);
    let ready = use_hydrated();
    rsx! {
        // Tests wait for this: once hydrated, buttons act in place.
        div { class: "app", "data-ready": "{ready}",
            a { class: "skip", href: "#content", {words.frame.skip} }
            SandboxNote {}
            Side { viewer: viewer.clone() }
            main { id: "content", tabindex: "-1",
                ConnectionNote {}
                SuspenseBoundary {
                    fallback: |_| skeleton(SkeletonShape::Page, use_words().frame.loading),
                    Outlet::<Route> {}
                }
            }
            WorkingNote { in_flight }
            Toaster { toasts }
        }
    }
}

#[component]
fn Side(viewer: Viewer) -> Element {
    let words = use_words();
    let route = use_route::<Route>();
    let mut tenant_id = route.tenant_id();
    if viewer.platform_admin && tenant_id.is_none() {
        // Without a tenant in the address, they are led to the list of all.
        tenant_id = viewer.tenants.first().map(|own| own.tenant_id.to_string());
    }
    let home = fill(words.frame.home, &[PRODUCT]);
    let places = [
        (Route::billing(tenant_id.clone()), words.frame.billing),
        (Route::agents(tenant_id.clone()), words.frame.agents),
        (Route::activity(tenant_id.clone()), words.frame.activity),
    ];
    let first = match viewer.platform_admin && tenant_id.is_none() {
        true => Route::Tenants { search: None, after: None },
        false => Route::billing(tenant_id),
    };
    let places = places.into_iter().filter(|_| !viewer.tenants.is_empty());
    let here = std::mem::discriminant(&route);
    let at_tenants = matches!(route, Route::Tenants { .. });
    rsx! {
        header { class: "side",
            a {
                class: "mark",
                href: "{first}",
                aria_label: "{home}",
                onclick: move |click| open_in_place(&click, &first),
                {mark()}
                "{PRODUCT}"
            }
            if viewer.tenants.len() > 1 {
                TenantSwitcher { tenants: viewer.tenants.clone(), route: route.clone() }
            } else if let Some(only) = viewer.tenants.first() {
                p { class: "tenant", dir: "auto", "{only.tenant_name}" }
            }
            nav { aria_label: words.frame.main_navigation,
                if viewer.platform_admin {
                    a {
                        href: "/tenants",
                        aria_current: at_tenants.then_some("page"),
                        {words.frame.tenants}
                    }
                }
                for (to , label) in places {
                    a {
                        key: "{label}",
                        href: "{to}",
                        aria_current: (std::mem::discriminant(&to) == here).then_some("page"),
                        onclick: move |click| open_in_place(&click, &to),
                        "{label}"
                    }
                }
            }
            AccountMenu { viewer, route }
        }
    }
}

/// The product's logo.
pub fn mark() -> Element {
    rsx! {
        svg { class: "logo", view_box: "0 0 32 32", width: "24", height: "24", "aria-hidden": "true",
            rect { width: "32", height: "32", rx: "9" }
            circle { cx: "12", cy: "16", r: "3" }
            circle { cx: "20", cy: "16", r: "3" }
        }
    }
}
