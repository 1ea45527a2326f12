use crate::model::TenantId;
use crate::ui::visit::{FORM_TOKEN, use_visit};
use dioxus::html::FormValue;
use dioxus::prelude::*;

/// A form that works from the first paint and without scripts: the server answers it with a redirect.
/// Once the page is hydrated, `onsubmit` does the same in place.
#[component]
pub fn PostForm(
    action: String,
    /// The tenant that the form is about, as a hidden field.
    tenant_id: Option<TenantId>,
    onsubmit: EventHandler<FormEvent>,
    #[props(extends = GlobalAttributes)] attributes: Vec<Attribute>,
    children: Element,
) -> Element {
    rsx! {
        form {
            method: "post",
            action: "{action}",
            onsubmit: move |event| {
                event.prevent_default();
                onsubmit.call(event);
            },
            ..attributes,
            {use_form_token()}
            if let Some(tenant_id) = tenant_id {
                input { r#type: "hidden", name: "tenant_id", value: "{tenant_id}" }
            }
            {children}
        }
    }
}

/// The field that every "post" form needs: without it the server returns 403.
pub fn use_form_token() -> Element {
    let visit = use_visit();
    rsx! {
        input { r#type: "hidden", name: FORM_TOKEN, value: "{visit.form_token}" }
    }
}

/// The value of a field in a submitted form, whoever filled it in: a password manager, or somebody
/// faster than the scripts.
pub fn field(event: &FormEvent, name: &str) -> String {
    match event.get_first(name) {
        Some(FormValue::Text(text)) => text,
        Some(FormValue::File(_)) | None => String::new(),
    }
}
